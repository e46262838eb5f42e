"""The emulator's own fixtures, as any other suite would use them."""

pytest_plugins = ["socialsync.emulator.pytest_plugin"]
