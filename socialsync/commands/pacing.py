"""How patient a run is with its service."""

from __future__ import annotations

from socialsync.model.sites import Site
from socialsync.transitions import EMULATED, Pace


def pace(site: Site) -> Pace:
    """An emulator on this machine answers at once or never; the service itself may still be at work for a while."""
    return EMULATED if site.service == "emulator" else Pace()
