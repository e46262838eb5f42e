"""What the service has, and what was confirmed of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from socialsync.model.intents import FieldValue


class Status(StrEnum):
    """The service's item statuses; OTHER is a value this version does not know: live and untouchable."""

    DRAFT = "DRAFT"
    SCHEDULED = "SCHEDULED"
    IN_QUEUE = "IN_QUEUE"
    PROCESSING = "PROCESSING"
    PUBLISHED = "PUBLISHED"
    CANCELED = "CANCELED"
    FAILED = "FAILED"
    DELETED = "DELETED"
    OTHER = "OTHER"

    @property
    def final(self) -> bool:
        return self in (Status.PUBLISHED, Status.CANCELED, Status.FAILED, Status.DELETED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One item at the service, decoded into the canonical fields of its cell."""

    id: str
    key: str  # referenceId; empty if it has none
    status: Status
    cell: str  # "facebook/post", or "" if no cell describes it
    account_id: str = ""
    second_id: str = ""  # page, board, location id, where the channel has one
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    at: datetime | None = None
    external: bool = False
    error: str = ""  # publicationError, one line
    permalink: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RemoteMedia:
    """A file in the site's media folder."""

    digest: str
    file_id: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """State's memory of one key: what this tool last saw confirmed by the service."""

    key: str
    item_id: str
    status: Status
    cell: str
    post_id: str
    target: str
    fingerprints: Mapping[str, str] = field(default_factory=dict)  # field -> short digest
    at: datetime | None = None
    commit: str = ""
    permalink: str = ""
    account: str = ""  # "<account id>/<second id>"
    path: str = ""  # file of the post, for messages after it is gone
    error: str = ""  # what the service said of a post that failed: a final item is not listed again
