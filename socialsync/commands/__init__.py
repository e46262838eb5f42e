"""One small file per verb, wiring the parts."""
