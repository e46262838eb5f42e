"""Why a change ended without being done, known for certain: raised by the steps, told as its outcome."""

from __future__ import annotations

from socialsync.errors import ExitCode
from socialsync.model.items import Item
from socialsync.model.plans import OutcomeKind


class Ended(Exception):
    """A change cannot go on; carries its outcome without the change."""

    def __init__(self, kind: OutcomeKind, code: str, message: str, exit_code: ExitCode, item: Item | None = None):
        super().__init__(message)
        self.kind, self.code, self.message, self.exit_code, self.item = kind, code, message, exit_code, item


def missed(item: Item) -> Ended:
    return Ended(
        OutcomeKind.STALE,
        "E-MISSED",
        "its time came too near while this run was under way, so nothing was sent; give it a new time",
        ExitCode.HELD,
        item,
    )
