"""Reviewed exceptions: finding the one that fits, remembering which were needed, wording the line that would do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from socialsync.model.intents import Waiver

_VALID_FOR = timedelta(days=14)


class Book:
    """One plan's use of waivers: `used` collects those that decided something, so that the others can be named, and
    `lapsed` those that would have, had they not expired."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.used: set[Waiver] = set()
        self.lapsed: set[Waiver] = set()

    def waived(self, waivers: Iterable[Waiver], rule: str, subjects: Iterable[str]) -> bool:
        """Whether a waiver in force for `rule` names one of `subjects`; an expired one counts for nothing."""
        names = {subject for subject in subjects if subject}
        for waiver in waivers:
            if waiver.rule == rule and waiver.subject in names:
                if not self.expired(waiver):
                    self.used.add(waiver)
                    return True
                self.lapsed.add(waiver)
        return False

    def lapsed_one(self, waivers: Iterable[Waiver], rule: str) -> bool:
        """Whether one of these was looked for and had expired."""
        return any(waiver.rule == rule and waiver in self.lapsed for waiver in waivers)

    def expired(self, waiver: Waiver) -> bool:
        return waiver.until is not None and waiver.until < self.today

    def line(self, rule: str, subject: str, needed_until: datetime | None = None) -> str:
        """The exact text to paste for a waiver, good for two weeks, and for as long as its post may still go out."""
        until = self.today + _VALID_FOR
        if needed_until is not None:
            until = max(until, needed_until.date())
        return f'allow: [{{rule: {rule}, for: "{subject}", until: {until.isoformat()}, reason: "why"}}]'

    def unused(self, waivers: Iterable[Waiver]) -> list[str]:
        """One plain sentence for each waiver that decided nothing."""
        return [
            f"{waiver.location}: the exception {waiver.rule} for {waiver.subject} {self._why_unused(waiver)}"
            for waiver in waivers
            if waiver not in self.used
        ]

    def _why_unused(self, waiver: Waiver) -> str:
        if waiver in self.lapsed:
            return "has expired and is still needed"
        return f"{'has expired' if self.expired(waiver) else 'matches nothing'} and can be removed"
