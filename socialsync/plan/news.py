"""What a run may stay green for although it is held: what somebody did at Wix, an earlier run has reported, and git
does not ask about anew."""

from __future__ import annotations

from collections.abc import Mapping

from socialsync.model import Change, ChangeKind, Intent

# Ended by somebody at Wix: as long as git says the same, there is nothing new about it in the runs that follow. What
# was deleted is missing in the first of them and remembered as deleted from the second on.
_ENDED_AT_WIX = ("FINAL", "GONE")


def is_old_news(change: Change, noted: Mapping[str, str], base: Mapping[str, Intent]) -> bool:
    """Whether nobody needs to be called once more for this. It is held and listed all the same, by every run.

    `noted` holds by key the reason that an earlier run has reported, `base` what git wanted before this commit.
    """
    intent = change.intent
    if intent is None or change.kind is not ChangeKind.HOLD or change.reason not in _ENDED_AT_WIX:
        return False
    before = base.get(change.key)
    edited = before is not None and (before.content, before.timing) != (intent.content, intent.timing)
    return noted.get(change.key) in _ENDED_AT_WIX and not edited
