"""Reviewed exceptions: finding the one that fits, remembering which were needed, wording the line that would do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from socialsync.model import Waiver

_VALID_FOR = timedelta(days=14)


class Book:
    """One plan's use of waivers: `used` collects those that decided something, so that the others can be named."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.used: set[Waiver] = set()

    def waived(self, waivers: Iterable[Waiver], rule: str, subjects: Iterable[str]) -> bool:
        """Whether a waiver in force for `rule` names one of `subjects`; an expired one counts for nothing."""
        names = {subject for subject in subjects if subject}
        for waiver in waivers:
            if waiver.rule == rule and waiver.subject in names and not self.expired(waiver):
                self.used.add(waiver)
                return True
        return False

    def expired(self, waiver: Waiver) -> bool:
        return waiver.until is not None and waiver.until < self.today

    def line(self, rule: str, subject: str) -> str:
        """The exact text to paste for a waiver, good for two weeks."""
        until = (self.today + _VALID_FOR).isoformat()
        return f'allow: [{{rule: {rule}, for: "{subject}", until: {until}, reason: "why"}}]'

    def unused(self, waivers: Iterable[Waiver]) -> list[str]:
        """One plain sentence for each waiver that decided nothing."""
        return [
            f"{waiver.location}: the exception {waiver.rule} for {waiver.subject} "
            + ("has expired" if self.expired(waiver) else "matches nothing")
            + " and can be removed"
            for waiver in waivers
            if waiver not in self.used
        ]
