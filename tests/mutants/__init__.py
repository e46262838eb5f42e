"""Does the suite bite: seeded bugs, each caught by a named case."""
