"""How an emulator is started."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DEFAULT_KEY = "emulator-key"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What may be said at the start; all of it has a default."""

    db: str | None = None
    profile: str | None = None
    seed: int | None = None
    keys: Sequence[str] = ()
    sites: Sequence[str] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
