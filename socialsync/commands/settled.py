"""Files that nobody has touched since an apply judged them, neither in git nor at Wix: State speaks for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from socialsync import __version__, config
from socialsync.canonical import content_fields, field_fingerprints
from socialsync.commands.workspace import Workspace
from socialsync.model.intents import DesiredState, Intent, TimingKind
from socialsync.model.items import Record, Status
from socialsync.model.plans import ChangeKind, Outcome, OutcomeKind
from socialsync.model.sites import Site
from socialsync.source import git, paths, posts
from socialsync.source.posts import Loaded
from socialsync.state import Settled, State

# --- what an apply leaves behind ----------------------------------------------------------------


def after(state: State, outcomes: Iterable[Outcome], loaded: Loaded, site: Site, commit: str) -> Settled | None:
    """What the run that left `state` settled at `commit`, where it judged all that was `loaded`; None without a
    commit."""
    if not commit:
        return None
    calm = {outcome.change.key for outcome in outcomes if _is_calm(outcome)}
    of_path = {intent.key: intent.location.path for intent in loaded.intents if intent.site == site.name}
    apart = {
        intent.location.path
        for intent in loaded.intents
        if intent.site == site.name and (intent.key not in calm or not _is_plain(intent, state.records.get(intent.key)))
    }
    # A path that another post had before is no way to find the records of the one that has it now.
    apart |= {record.path for key, record in state.records.items() if of_path.get(key) != record.path}
    apart |= {problem.location.path for problem in loaded.judged() if problem.location.path.startswith(site.posts)}
    return Settled(commit=commit, tool=__version__, apart=frozenset(apart))


def _is_calm(outcome: Outcome) -> bool:
    change = outcome.change
    if outcome.exit_code:
        return False
    if change.kind is ChangeKind.KEEP:
        return not change.reason
    return change.kind.writes and outcome.kind is OutcomeKind.DONE


def _is_plain(intent: Intent, record: Record | None) -> bool:
    """Whether a target is, or was when it went out, as its file says, which says no more than words and a date."""
    if record is None or intent.state is not DesiredState.LIVE or intent.timing.kind is not TimingKind.AT:
        return False
    if intent.attempt > 1 or intent.adopt or intent.waivers or record.path != intent.location.path:
        return False
    if dict(record.fingerprints) != field_fingerprints(content_fields(intent.content)):
        return False
    return record.status is Status.PUBLISHED or (record.status is Status.SCHEDULED and record.at == intent.timing.at)


# --- what a review need not read ----------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """The records of all targets of those files that need not be read, by file."""

    records: Mapping[str, Sequence[Record]]

    def without(self, read: Collection[str]) -> Unread:
        return Unread(records={path: records for path, records in self.records.items() if path not in read})

    def of(self, site: Site) -> list[Record]:
        below = site.posts
        return [record for path, records in self.records.items() if path.startswith(below) for record in records]

    def doubtful(self, loaded: Loaded, base: Container[str]) -> set[str]:
        """Those files of which more has to be known beside `loaded` and the keys of `base`: they have the same id or
        key as a post there, or the same content on the same kind of channel."""
        ids = {intent.post_id for intent in loaded.intents}
        keys = {key for intent in loaded.intents for key in (intent.key, *intent.older_keys)}
        said: dict[tuple[str, str | None], list[Mapping[str, str]]] = defaultdict(list)
        for intent in loaded.intents:
            prints = field_fingerprints(content_fields(intent.content))
            said[intent.target.cell, prints.get("text")].append(prints)
        found = set()
        for path, records in self.records.items():
            for record in records:
                alike = said.get((record.cell, record.fingerprints.get("text")))
                named = record.post_id in ids or record.key in keys or record.key in base
                if named or (alike and dict(record.fingerprints) in alike):
                    found.add(path)
        return found


def unread(
    workspace: Workspace, in_head: Container[str], states: Mapping[str, State], base: str, now: datetime
) -> Unread:
    """What need not be read, of the post files `in_head`, to compare HEAD with the commit `base`: files that are the
    same there, and were when an apply settled them. Nothing, where something else differs that a post may depend on."""
    found: dict[str, Sequence[Record]] = {}
    for name, state in states.items():
        site = workspace.settings.sites[name]
        touched = _touched(workspace, site, state, base)
        if touched is None or state.settled is None:
            continue
        apart = touched | state.settled.apart
        by_path: dict[str, list[Record]] = defaultdict(list)
        for record in state.records.values():
            if record.path not in apart:
                by_path[record.path].append(record)
        for path, records in by_path.items():
            if path in in_head and all(_stands(record, workspace, state, now) for record in records):
                found[path] = records
    return Unread(records=found)


def _touched(workspace: Workspace, site: Site, state: State, base: str) -> set[str] | None:
    """The paths that differ from `base` or from the settled commit; None if nothing can be left unread."""
    settled = state.settled
    if settled is None or not base or settled.tool != __version__:
        return None
    if state.moved_from(workspace.settings.policy.namespace, site):
        return None
    try:
        ways = [git.changes(workspace.root, commit, workspace.commit) for commit in {base, settled.commit}]
    except git.GitError:  # this clone has no such commit
        return None
    if any(_is_shared(path, way, workspace) for each in ways for path, way in each.items()):
        return None
    return {path for each in ways for path in each}


def _is_shared(path: str, way: str, workspace: Workspace) -> bool:
    """Whether posts that say the same as before may mean something else after this: settings, variables, a channel's
    description, a picture that is another one or gone. A picture that is new concerns only those who name it newly."""
    name = path.rpartition("/")[2]
    folders = [site.posts for site in workspace.settings.sites.values()]
    if name not in (config.FILE, posts.VARIABLES) and paths.names_a_post(name):
        return not any(path.startswith(folder) for folder in folders)
    return way != "A" or name.endswith((".yaml", ".yml", ".json"))


def _stands(record: Record, workspace: Workspace, state: State, now: datetime) -> bool:
    """Whether there is nothing to say about a target of which git says nothing new."""
    if record.key in state.drifts:
        return False
    if record.status is Status.PUBLISHED:
        return True
    if record.status is not Status.SCHEDULED or record.at is None or record.at <= now:
        return False
    return workspace.settings.policy.blackout(record.at) is None
