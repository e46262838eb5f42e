"""State: what the service confirmed, one JSON value per site (DESIGN section 5); statestore.py keeps it.

Losing it, or reading an old one, is safe. It may only make a run do less, with one exception: that a file's post was
ours, and is taken back although the commit that removed it is long past, is known from here alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from socialsync.canonical import canonical_instant
from socialsync.errors import SocialSyncError
from socialsync.model.items import Record, RemoteMedia, Status
from socialsync.model.sites import Site

VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownMedia:
    """A file that the media folder holds, and the git blob it came from (so that it need not be read again)."""

    file_id: str
    url: str
    blob: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """How the last look found an item that is not as it was confirmed, nor as git wants it: `fields` holds what differs
    by fingerprint (None: not there any more), `live` is the short fingerprint of the whole, which a waiver names."""

    fields: Mapping[str, str | None]
    status: Status
    at: datetime | None
    live: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """A commit that an apply has judged as a whole: all its files were right, and every target of every post is in
    `records`, live or public as the file says, with nothing to decide about it. The files `apart` are not promised so
    much. Only a review reads this, so as not to read all files again; an apply never does."""

    commit: str
    tool: str  # the version that judged
    apart: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """One site's memory. `claims` names the keys for which an immediate publish may have been sent already."""

    site: str
    namespace: str = ""
    wix: str = ""  # the Wix site id it was written for; empty for an emulator
    service: str = ""  # who answered: a rehearsal on an emulator says nothing about the site at Wix
    commit: str = ""  # HEAD of the last apply
    at: datetime | None = None  # when it was written
    records: Mapping[str, Record] = field(default_factory=dict)
    drifts: Mapping[str, Drift] = field(default_factory=dict)  # of some of the records, by key
    media: Mapping[str, KnownMedia] = field(default_factory=dict)  # by digest
    claims: Mapping[str, str] = field(default_factory=dict)  # key -> instant of the claim
    noted: Mapping[str, str] = field(default_factory=dict)  # key -> reason that a run has reported
    settled: Settled | None = None

    @property
    def known_media(self) -> tuple[RemoteMedia, ...]:
        return tuple(
            RemoteMedia(digest=digest, file_id=media.file_id, url=media.url) for digest, media in self.media.items()
        )

    def digest_of(self, file_id: str) -> str:
        """The digest of a file that we have put there; empty for any other."""
        return next((digest for digest, media in self.media.items() if media.file_id == file_id), "")

    @property
    def digests_by_blob(self) -> dict[str, str]:
        return {media.blob: digest for digest, media in self.media.items() if media.blob}

    def moved_from(self, namespace: str, site: Site) -> str:
        """What this state was written for, if that is something else than `namespace` and `site`."""
        if not self.namespace or (self.namespace == namespace and self._is_of(site)):
            return ""
        rehearsal = " (a rehearsal on an emulator)" if self.wix and self.service == "emulator" else ""
        return f"namespace {self.namespace}, site {self.wix or 'emulator'}{rehearsal}"

    def about(self, site: Site) -> State:
        """What it says of the site that is asked: of another one's posts and files nothing. Claims stay, because they
        only ever keep something from being sent."""
        return self if self._is_of(site) else replace(self, records={}, drifts={}, media={}, noted={}, settled=None)

    def _is_of(self, site: Site) -> bool:
        written_for = (self.wix, self.service or site.service)
        return not self.namespace or written_for == (site.wix, site.service)


def encode(state: State) -> bytes:
    """The file's bytes: sorted, one record a line group, so that its history reads as a diff."""
    data = {
        "version": VERSION,
        "site": state.site,
        "namespace": state.namespace,
        "wix": state.wix,
        "service": state.service,
        "commit": state.commit,
        "at": canonical_instant(state.at) if state.at else None,
        "records": {
            key: _record_json(record) | _drift_json(state.drifts.get(key))
            for key, record in sorted(state.records.items())
        },
        "media": {
            digest: {"file_id": media.file_id, "url": media.url, "blob": media.blob}
            for digest, media in sorted(state.media.items())
        },
        "claims": dict(sorted(state.claims.items())),
        "noted": dict(sorted(state.noted.items())),
        "settled": _settled_json(state.settled),
    }
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


def decode(data: bytes, site: str, where: str) -> State:
    """The state in a file's bytes. A file that is not whole, or newer than this version, is an error, never empty."""
    try:
        value = json.loads(data)
        if value["version"] > VERSION:
            raise SocialSyncError(
                f"{where} was written by a newer socialsync (version {value['version']})",
                hint="Update socialsync in this job.",
                code="E-STATE",
            )
        if value["site"] != site:
            raise ValueError(f"it is the state of {value['site']}")
        return State(
            site=site,
            namespace=value["namespace"],
            wix=value["wix"],
            service=value.get("service", ""),
            commit=value["commit"],
            at=_instant(value["at"]),
            records={key: _record(key, entry) for key, entry in value["records"].items()},
            drifts={key: _drift(entry["drift"]) for key, entry in value["records"].items() if "drift" in entry},
            media={digest: KnownMedia(**entry) for digest, entry in value["media"].items()},
            claims=value["claims"],
            noted=value["noted"],
            settled=_settled(value.get("settled")),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SocialSyncError(
            f"{where} cannot be read: {error}",
            hint="Delete it, or put it back as it was (a branch has its history): everything is then listed once and "
            "matched by key.",
            code="E-STATE",
        ) from error


def _settled_json(settled: Settled | None) -> dict[str, Any] | None:
    if settled is None:
        return None
    return {"commit": settled.commit, "tool": settled.tool, "apart": sorted(settled.apart)}


def _record_json(record: Record) -> dict[str, Any]:
    return {
        "item": record.item_id,
        "status": record.status.value,
        "cell": record.cell,
        "post": record.post_id,
        "target": record.target,
        "account": record.account,
        "path": record.path,
        "at": canonical_instant(record.at) if record.at else None,
        "fingerprints": dict(sorted(record.fingerprints.items())),
        "commit": record.commit,
        "permalink": record.permalink,
        **({"error": record.error} if record.error else {}),
    }


def _drift_json(drift: Drift | None) -> dict[str, Any]:
    """A member that is only there where something differs, as in files of older versions."""
    if drift is None:
        return {}
    return {
        "drift": {
            "fields": dict(sorted(drift.fields.items())),
            "status": drift.status.value,
            "at": canonical_instant(drift.at) if drift.at else None,
            "live": drift.live,
        }
    }


def _record(key: str, entry: Mapping[str, Any]) -> Record:
    return Record(
        key=key,
        item_id=entry["item"],
        status=Status(entry["status"]),
        cell=entry["cell"],
        post_id=entry["post"],
        target=entry["target"],
        account=entry["account"],
        path=entry["path"],
        at=_instant(entry["at"]),
        fingerprints=entry["fingerprints"],
        commit=entry["commit"],
        permalink=entry["permalink"],
        error=entry.get("error", ""),
    )


def _drift(entry: Mapping[str, Any]) -> Drift:
    return Drift(fields=entry["fields"], status=Status(entry["status"]), at=_instant(entry["at"]), live=entry["live"])


def _settled(entry: Mapping[str, Any] | None) -> Settled | None:
    if entry is None:
        return None
    return Settled(commit=entry["commit"], tool=entry["tool"], apart=frozenset(entry["apart"]))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
