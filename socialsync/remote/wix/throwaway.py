"""Throw-away drafts in a key space of their own: made, looked at, and deleted again whatever happens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from socialsync.clock import Clock
from socialsync.errors import Denied, ReplyClass, SocialSyncError, WriteError
from socialsync.remote.wix import api
from socialsync.remote.wix.adapter import Adapter
from socialsync.remote.wix.client import Client
from socialsync.remote.wix.failures import Refused
from socialsync.remote.wix.listing import Listing
from socialsync.remote.wix.replies import JsonObject

# No key begins like this, so that no plan knows these drafts and no apply claims them.
PREFIX = "ssprobe"
# Seconds after a create or a delete at which is looked again: a listing may be late, an answer may be lost.
LOOKS = (0, 1, 2, 3, 5, 8, 12, 20, 30)
_TRIES = 3
_GONE = frozenset({"ITEM_NOT_EXISTS", "ITEM_IS_DELETED"})


class Throwaway:
    """The drafts of one run, told apart from everything else by `run`. Has no way to publish or to change anything."""

    def __init__(self, client: Client, clock: Clock, *, run: str) -> None:
        self._client = client
        self._clock = clock
        self._run = run
        self._listing = Listing(lambda query: api.query_items(client, query), client.out_of_time)
        self._known: set[str] = set()  # every id that was ever ours, so that a late listing does not bring one back
        self._made: dict[str, str] = {}  # item id -> reference id, of what must still be deleted
        self._unanswered: list[str] = []  # reference ids of creates of which nobody knows what became
        self._why: dict[str, str] = {}  # item id -> why it could not be deleted
        self._blind = ""  # why nobody could look whether there is more

    @classmethod
    def on(cls, adapter: Adapter, clock: Clock, *, run: str) -> Throwaway:
        """Over the connection of an adapter, whose own methods know only posts."""
        return cls(adapter.client, clock, run=run)

    def reference(self, name: str) -> str:
        return f"{PREFIX}.{self._run}.{name}"

    def create(self, name: str, item: Mapping[str, Any]) -> JsonObject:
        """A draft with the reference id of this name. Raises WriteError, Denied."""
        reference = self.reference(name)
        self._unanswered.append(reference)
        try:
            made = api.create_draft(self._client, {"referenceId": reference, **item})
        except WriteError as error:
            if error.reply is not ReplyClass.UNKNOWN:
                self._unanswered.remove(reference)
            raise
        except Denied:
            self._unanswered.remove(reference)
            raise
        self._take(made["id"], reference)
        self._unanswered.remove(reference)
        return made

    def listed(self, name: str) -> list[JsonObject]:
        """What a complete listing shows with the reference id of this name. Raises IncompleteRead, Unreachable."""
        reference = self.reference(name)
        found, filtered = self._listing.all("referenceId", [reference])
        mine = [data for data in found if data.get("referenceId") == reference]
        if not mine and filtered:
            mine = [data for data in self._listing.all()[0] if data.get("referenceId") == reference]
        return mine

    def query(self, query: Mapping[str, Any]) -> list[JsonObject]:
        """One page as it comes. Raises Refused and what reads raise."""
        items: list[JsonObject] = api.query_items(self._client, query)["items"]
        return items

    def delete(self, item_id: str) -> None:
        """Delete one draft of this run, after a look at it. Raises if it may still be there, or is not ours."""
        for attempt in range(_TRIES):
            if self._is_gone(item_id):
                break
            try:
                api.delete_item(self._client, item_id)
                break
            except WriteError as error:
                if attempt + 1 == _TRIES and not self._is_gone(item_id):
                    raise
                if error.reply is ReplyClass.UNKNOWN:
                    self._clock.sleep(1)
        self._made.pop(item_id, None)

    def clear(self) -> None:
        """Delete everything this run made, also what was made unseen; `left` tells what could not be."""
        self._delete_all()
        waited = 0
        for seconds in LOOKS if self._unanswered else LOOKS[:1]:
            self._clock.sleep(seconds - waited)
            waited = seconds
            try:
                self._find_all()
            except SocialSyncError as error:
                self._blind = error.message
            if not self._unanswered:
                break
        self._delete_all()

    @property
    def left(self) -> tuple[str, ...]:
        """What is, or may be, still there: a line each."""
        made = (
            f"draft {item_id} ({reference})" + (f": {self._why[item_id]}" if item_id in self._why else "")
            for item_id, reference in self._made.items()
        )
        maybe = (
            f"perhaps a draft with the reference id {reference}: its creation was not answered"
            for reference in dict.fromkeys(self._unanswered)
        )
        blind = [f"perhaps more: {self._blind}"] if self._blind else []
        return (*made, *maybe, *blind)

    @property
    def there(self) -> bool:
        """Whether a draft is known to be left, not only feared."""
        return bool(self._made)

    @property
    def count(self) -> int:
        """How many drafts were made."""
        return len(self._known)

    def _take(self, item_id: str, reference: str) -> None:
        if item_id not in self._known:
            self._known.add(item_id)
            self._made[item_id] = reference

    def _delete_all(self) -> None:
        for item_id in list(self._made):
            try:
                self.delete(item_id)
            except SocialSyncError as error:
                self._why[item_id] = error.message

    def _find_all(self) -> None:
        """Take up what carries a reference id of this run and was never seen. What comes later is found by nobody."""
        self._blind = ""
        for data in self._listing.all()[0]:
            reference = data.get("referenceId")
            if isinstance(reference, str) and reference.startswith(self.reference("")):
                if data["id"] not in self._known and reference in self._unanswered:
                    self._unanswered.remove(reference)
                self._take(data["id"], reference)

    def _is_gone(self, item_id: str) -> bool:
        """Raises for what is no draft of this run: it is somebody's, or went out, and is not touched."""
        try:
            data = api.get_item(self._client, item_id)
        except Refused as refusal:
            if refusal.application_code in _GONE:
                return True
            raise
        if data["status"] == "DELETED":
            return True
        if data["status"] != "DRAFT" or data.get("external") is True or data.get("referenceId") != self._made[item_id]:
            raise WriteError(
                f"it is not, or no longer, a draft of this run (status {data['status']})", reply=ReplyClass.NOT_SENT
            )
        return False
