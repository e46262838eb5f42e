"""Publishing at once, for sites whose plan has no scheduling: at most one request a key, claimed before it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from socialsync.ended import Ended, missed
from socialsync.errors import Denied, ExitCode, ReplyClass, SocialSyncError, WriteError
from socialsync.model.intents import Intent
from socialsync.model.items import Item, Status
from socialsync.model.plans import OutcomeKind
from socialsync.steps import Steps
from socialsync.timing import may_go_out
from socialsync.transitions import TOO_FAST, Transition
from socialsync.twins import PUBLIC

# Refused before anything reached the channel, for a reason that can pass: no quota, or no connection.
_FOR_NOW = (
    "INELIGIBLE_FOR_FEATURE",
    "PUBLISH_LIMIT_EXCEEDED",
    "USER_NOT_EXIST_FOR_CHANNEL",
    "USER_IS_DISCONNECTED",
    "NO_PAGES_FOR_USER",
)


@dataclass(kw_only=True)
class ImmediateSteps(Steps):
    """The steps, and the one that nothing at the service guards.

    `claim` records, durably and before anything is sent, that an immediate publish of a key may be sent; it returns
    False if that was recorded before. `unclaim` takes it back where nothing was published for certain.
    """

    claim: Callable[[str], bool]
    unclaim: Callable[[str], None] = lambda _: None

    def published(self, intent: Intent, item: Item, at: datetime) -> Item:
        """The draft, planned for `at` and published now, at most once ever: claimed durably before it is sent, and
        sent a second time only by a later run, after the service has refused the first for a reason that can pass."""
        if not self._may_go_out(intent, at):
            raise missed(item)
        if not self.claim(intent.key):
            raise Ended(
                OutcomeKind.UNKNOWN,
                "E-CLAIMED",
                "publishing was sent once before and nobody knows how it ended; look at the channel, then ask for a "
                "new attempt if it is not there",
                ExitCode.UNKNOWN,
                item,
            )
        self._still_due(intent, item, at)
        try:
            done = self.carrier.carry(
                Transition(
                    name="publish",
                    send=lambda: self.writer.publish(item.id),
                    read=lambda: self.writer.item(item.id),
                    reached=lambda seen: seen is not None and seen.status in (*PUBLIC, Status.FAILED),
                    pending=lambda seen: seen is not None and seen.status is Status.DRAFT,
                    once=True,
                )
            )
        except Denied:  # of this very request (a read that is denied leaves it in doubt), before any work
            self.unclaim(intent.key)
            raise
        except WriteError as error:
            if error.reply is ReplyClass.NOT_SENT or self._refused_for_now(error, item):
                self.unclaim(intent.key)
            raise
        assert done is not None, "reached() has seen it"
        if done.status is Status.FAILED:
            raise Ended(
                OutcomeKind.FAILED,
                "E-PUBLISH-FAILED",
                f"Wix could not publish it: {done.error or 'no reason given'}. Look at the channel first",
                ExitCode.FAILED,
                done,
            )
        return done

    def _may_go_out(self, intent: Intent, at: datetime) -> bool:
        now = self.now()
        return may_go_out(intent.timing, now) and not self.closed(at, now)

    def _still_due(self, intent: Intent, item: Item, at: datetime) -> None:
        """Once more after the claim, which takes as long as a push does; what may not go out now is not claimed."""
        try:
            if self.stopping():
                raise Ended(
                    OutcomeKind.SKIPPED,
                    "STOPPED",
                    "not published: the run was stopped; run again",
                    ExitCode.FAILED,
                    item,
                )
            if not self._may_go_out(intent, at):
                raise missed(item)
        except (Ended, SocialSyncError):
            self.unclaim(intent.key)
            raise

    def _refused_for_now(self, error: WriteError, item: Item) -> bool:
        """Whether publishing was refused for a reason that can pass, and the item is still the draft that it was."""
        if error.reply is not ReplyClass.REJECTED or not (
            error.application_code in _FOR_NOW or error.http_status == TOO_FAST
        ):
            return False
        try:
            seen = self.writer.item(item.id)
        except SocialSyncError:
            return False
        return seen is not None and seen.status is Status.DRAFT
