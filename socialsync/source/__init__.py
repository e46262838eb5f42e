"""Files and git become Posts and Intents, with Problems."""
