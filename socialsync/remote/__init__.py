"""The service, behind ports."""
