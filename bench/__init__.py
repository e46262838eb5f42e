"""The figures: ratios of two things measured in turn, and counts. `python -m bench [--quick]`, or `make bench`."""
