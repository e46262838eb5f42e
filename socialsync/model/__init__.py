"""The frozen nouns that every part speaks in (DESIGN section 3); standard library only.

Instants are aware datetimes in UTC throughout. Text is in its canonical form (canonical.py).
"""
