"""Where State is kept, whatever keeps it (filestore.py, branchstore.py); what was claimed has a place of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from socialsync import claims
from socialsync.errors import ExitCode, SocialSyncError, Superseded
from socialsync.state import State, decode, encode

BRANCH = "socialsync-state"
CLAIMS = "socialsync-state-claims"
PARTS = (BRANCH, CLAIMS)


class StateError(SocialSyncError):
    """State cannot be reached, read or written; what was sent to the service is not in doubt because of it."""

    exit_code = ExitCode.UNREACHABLE
    code = "E-STATE"


class Unreadable(StateError):
    """State is there, and says nothing that this version can read."""

    exit_code = ExitCode.INVALID


class Store(Protocol):
    """Where State is kept."""

    def load(self) -> State:
        """The state, empty if there is none yet. Raises SocialSyncError if it is there but cannot be read."""

    def save(self, state: State) -> None:
        """Write it as a whole or not at all. Raises Superseded if another run wrote in between, StateError if it
        cannot be written."""

    def check_writable(self) -> None:
        """Raises StateError if `save` would fail for want of room, of permission or of an answer: to be asked before
        anything is sent to the service that would then be forgotten."""


def amend(store: Store, change: Callable[[State], State], *, tries: int = 3) -> State:
    """Change the state as it is now: read, changed and written again if another run wrote in between, so that nothing
    either of them saw confirmed is lost. The state as it then is; Superseded if others write all the time."""
    while True:
        before = store.load()
        after = change(before)
        if after == before:
            return before
        try:
            store.save(after)
        except Superseded:
            tries -= 1
            if not tries:
                raise
        else:
            return after


def whole(site: str, read: Mapping[str, bytes], place: Callable[[str], str]) -> State:
    """The state from its two files, as far as they are there; `place` says where each lies."""
    try:
        state = decode(read[BRANCH], site, place(BRANCH)) if BRANCH in read else State(site=site)
        claimed = claims.decode(read[CLAIMS], site, place(CLAIMS)) if CLAIMS in read else {}
    except SocialSyncError as error:
        raise Unreadable(error.message, hint=error.hint) from error
    return replace(state, claims={**state.claims, **claimed})


def changed(state: State, read: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """The parts of `state` that are not as they were read, claims first: no claim may be forgotten because the rest
    could not be written."""
    for part, data in _parts(state).items():
        if data != read.get(part, _parts(State(site=state.site))[part]):
            yield part, data


def _parts(state: State) -> dict[str, bytes]:
    return {CLAIMS: claims.encode(state.site, state.claims), BRANCH: encode(replace(state, claims={}))}
