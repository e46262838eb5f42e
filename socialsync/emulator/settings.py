"""The switches: every behaviour that the documentation leaves open, with its default, evidence level and meaning."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from socialsync.emulator.store import Store

STATUSES = ("DRAFT", "SCHEDULED", "IN_QUEUE", "PROCESSING", "PUBLISHED", "FAILED", "CANCELED", "DELETED")
PERIODS = ("NO_PERIOD", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "YEAR")


@dataclass(frozen=True, kw_only=True)
class Switch:
    name: str
    default: Any
    evidence: str
    meaning: str
    choices: tuple[Any, ...] = ()
    # What the entries of a map are: outcome, publication, feature, accounts.
    entries: str = ""

    def refusal(self, value: Any) -> str | None:
        """What is wrong with the value, or None."""
        if self.choices and value not in self.choices:
            return f"{self.name} is one of {', '.join(map(str, self.choices))}"
        if self.default is None or self.choices:
            return None
        if isinstance(self.default, bool) != isinstance(value, bool):
            return f"{self.name} is {'true or false' if isinstance(self.default, bool) else 'no boolean'}"
        wanted = (int, float) if isinstance(self.default, (int, float)) else type(self.default)
        if not isinstance(value, wanted):
            return f"{self.name} is {'a number' if isinstance(wanted, tuple) else f'a {wanted.__name__}'}"
        if isinstance(wanted, tuple) and value < 0:
            return f"{self.name} is not negative"
        return self._refusal_inside(value)

    def _refusal_inside(self, value: Any) -> str | None:
        """Lists hold texts; the entries of maps are of the kind that this map is made of."""
        if isinstance(value, list) and not all(isinstance(entry, str) for entry in value):
            return f"{self.name} is a list of texts"
        if not isinstance(value, dict) or not self.entries:
            return None
        for name, entry in value.items():
            if self.entries == "outcome" and not (name in STATUSES and _OUTCOME.fullmatch(str(entry))):
                return f"{self.name} maps a status to `allow`, `CODE` or `409 CODE`"
            if self.entries == "publication" and entry not in ("PUBLISHED", "FAILED", "FAILED_BUT_LIVE", "STUCK"):
                return f"{self.name} maps a channel or * to PUBLISHED, FAILED, FAILED_BUT_LIVE or STUCK"
            if self.entries == "feature" and not _is_feature(entry):
                return f"{self.name} maps a feature to {{enabled, limit?, period?}}"
            if self.entries == "accounts" and not _are_accounts(entry):
                return f"{self.name} maps a channel to a list of accounts, each with an id"
        return None


_OUTCOME = re.compile(r"allow|(?:[45]\d\d )?[A-Z_]+")


def _is_feature(entry: Any) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("enabled"), bool):
        return False
    limit = entry.get("limit", 0)
    is_count = isinstance(limit, int) and not isinstance(limit, bool) and limit >= 0
    return is_count and entry.get("period", "NO_PERIOD") in PERIODS and set(entry) <= {"enabled", "limit", "period"}


def _are_accounts(entry: Any) -> bool:
    return isinstance(entry, list) and all(isinstance(own, dict) and isinstance(own.get("id"), str) for own in entry)


def _read(name: str) -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return loaded


SWITCHES: tuple[Switch, ...] = tuple(
    Switch(
        name=name,
        default=entry["default"],
        evidence=entry["evidence"],
        meaning=entry["meaning"],
        choices=tuple(entry.get("choices", ())),
        entries=entry.get("entries", ""),
    )
    for name, entry in _read("switches.json").items()
)

BY_NAME: Mapping[str, Switch] = {switch.name: switch for switch in SWITCHES}


class SettingsError(Exception):
    """A setting or profile that does not exist or does not take this value."""


@cache
def profiles() -> dict[str, dict[str, Any]]:
    return _read("profiles.json")


class Settings:
    """What holds now: the default, over it the profile, over it what was set by hand; kept in the database."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.load()

    def load(self) -> None:
        self._profile: str = self._store.get("profile", "documented")
        self._own: dict[str, Any] = self._store.get("settings", {})
        self._values = {
            name: self._own.get(name, profiles()[self._profile]["set"].get(name, switch.default))
            for name, switch in BY_NAME.items()
        }

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    @property
    def profile(self) -> str:
        return self._profile

    def choose(self, profile: str) -> None:
        """A profile replaces the one before and whatever was set by hand, except for added channels."""
        if profile not in profiles():
            raise SettingsError(f"there is no profile {profile!r}; there are {', '.join(profiles())}")
        kept = {name: self._own[name] for name in ("channels", "accounts") if name in self._own}
        self._store.put("profile", profile)
        self._store.put("settings", kept)
        self.load()

    def change(self, values: Mapping[str, Any]) -> None:
        """All or nothing; null returns a switch to its profile; a map is laid over what holds."""
        own = dict(self._own)
        for name, value in values.items():
            switch = BY_NAME.get(name)
            if switch is None:
                raise SettingsError(f"there is no setting {name!r}; GET settings lists them")
            if value is None:
                own.pop(name, None)
                continue
            refusal = switch.refusal(value)
            if refusal is not None:
                raise SettingsError(refusal)
            own[name] = {**self._values[name], **value} if isinstance(switch.default, dict) else value
        self._store.put("settings", own)
        self.load()

    def describe(self) -> dict[str, Any]:
        return {
            switch.name: {
                "value": self._values[switch.name],
                "default": switch.default,
                "evidence": switch.evidence,
                "meaning": switch.meaning,
                **({"choices": list(switch.choices)} if switch.choices else {}),
            }
            for switch in SWITCHES
        }
