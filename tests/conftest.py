"""What all tests share: the emulator's fixtures, and properties that fail the same way everywhere."""

from __future__ import annotations

from hypothesis import settings

pytest_plugins = ["socialsync.emulator.pytest_plugin"]

# The same examples on every machine and in every run; a failure is a failure for everybody.
settings.register_profile("socialsync", derandomize=True, deadline=None)
settings.load_profile("socialsync")
