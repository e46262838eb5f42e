"""Social-media posts as YAML in git, carried to the live channels through the Wix Items API."""

__version__ = "0.1.0"
