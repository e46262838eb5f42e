"""What a run has reported already: it stays listed, but is no alarm a second time, until git asks anew."""

from __future__ import annotations

from collections.abc import Mapping

from socialsync.canonical import canonical_instant, content_fields, fingerprint
from socialsync.model.intents import Intent
from socialsync.model.plans import Change, ChangeKind

# Ended by somebody at Wix: as long as git says the same, there is nothing new about it in the runs that follow. What
# was deleted is missing in the first of them and remembered as deleted from the second on.
ENDED_AT_WIX = ("FINAL", "GONE")


def note(reason: str, intent: Intent | None) -> str:
    """What State keeps of a report: `MISSED 2026-12-01T08:00:00Z 1a2b3c4d`, the reason and what git said then."""
    return " ".join(_about(reason, intent))


def is_told(noted: str, reason: str, intent: Intent | None) -> bool:
    """Whether `noted` reports this very thing. The date belongs to it, because a second date that is missed is a
    second loss; the words do not, because a variable may change them in years of history."""
    return noted.split()[:2] == _about(reason, intent)[:2]


def is_old_news(change: Change, noted: Mapping[str, str]) -> bool:
    """Whether nobody needs to be called once more for this. It is held and listed all the same, by every run.

    `noted` holds by key what the run before this one has reported.
    """
    intent = change.intent
    if intent is None or change.kind is not ChangeKind.HOLD or change.reason not in ENDED_AT_WIX:
        return False
    return noted.get(change.key) in [note(reason, intent) for reason in ENDED_AT_WIX]


def _about(reason: str, intent: Intent | None) -> list[str]:
    if intent is None:
        return [reason]
    moment = intent.timing.at or intent.timing.until
    said = fingerprint(sorted(content_fields(intent.content).items()))[:8]
    return [reason, canonical_instant(moment) if moment is not None else "draft", said]
