"""One change in words: what happens, where, when, to which content, and what to paste if it waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from socialsync.cells import Cells
from socialsync.model.intents import Intent, TimingKind
from socialsync.model.plans import Change, ChangeKind, Origin, Plan
from socialsync.model.reports import SiteReport
from socialsync.report import content, times, versions, words
from socialsync.report.deadlines import deadline, is_late
from socialsync.report.view import Body, Entry, Fact, Sign

# Cannot be taken back, or takes something away: shown before what can be corrected later.
FINAL = (ChangeKind.DELETE, ChangeKind.CANCEL, ChangeKind.PUBLISH)

_SIGNS = {
    ChangeKind.CREATE: Sign.NEW,
    ChangeKind.UPDATE: Sign.CHANGED,
    ChangeKind.SCHEDULE: Sign.NEW,
    ChangeKind.RESCHEDULE: Sign.MOVED,
    ChangeKind.PUBLISH: Sign.OUT,
    ChangeKind.CANCEL: Sign.OFF,
    ChangeKind.DELETE: Sign.OFF,
    ChangeKind.FORGET: Sign.QUIET,
    ChangeKind.KEEP: Sign.QUIET,
    ChangeKind.HOLD: Sign.DECIDE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """What a change is worded against: one site at one moment."""

    site: SiteReport
    now: datetime
    zone: str  # for posts whose own zone is gone with their file
    cells: Cells


def scene(site: SiteReport, plan: Plan, cells: Cells) -> Scene:
    return Scene(site=site, now=plan.now, zone=plan.zone, cells=cells)


def is_note(change: Change) -> bool:
    """Whether a held change asks nothing of anybody."""
    return change.kind is ChangeKind.HOLD and not change.attention


def waits(change: Change) -> bool:
    """Whether it happens as soon as writing goes on."""
    return change.kind is ChangeKind.HOLD and change.reason == "PAUSED"


def is_odd(change: Change) -> bool:
    """Whether a post that is left as it is differs from what git says: worth a quiet word."""
    return is_note(change) or (change.kind is ChangeKind.KEEP and change.origin is not Origin.NONE)


def entry(change: Change, scene: Scene) -> Entry:
    """Everything about one change, most important first."""
    intent = change.intent
    zone = zone_of(change, scene)
    media = intent.content.media if intent is not None else ()
    facts = (
        []
        if change.kind is ChangeKind.FORGET or is_note(change) or (is_odd(change) and not change.fields)
        else [
            *(_moved(change, zone, scene.now) or _times(change, scene)),
            *_deadline(change, scene),
            *_account(intent, scene),
        ]
    )
    facts += _reasons(change)
    bodies: list[Body] = []
    if intent is not None and change.kind in (ChangeKind.CREATE, ChangeKind.SCHEDULE, ChangeKind.PUBLISH):
        facts += content.facts(intent.content)
        bodies += content.bodies(intent.content)
    elif _disputed(change):
        facts += versions.facts(change)
        bodies += versions.bodies(change)
    else:
        facts += content.changed_facts(change.fields, media)
        bodies += content.changed_bodies(change.fields, held=change.kind is ChangeKind.HOLD)
    if intent is not None and change.kind.writes and intent.unsent:
        facts.append(Fact(label="Not sent", value=f"{words.listing(intent.unsent)} (kept in git)"))
    return Entry(
        sign=Sign.QUIET if is_note(change) else _SIGNS[change.kind],
        what=f"{_verb(change)}: {where(change, scene.cells)}",
        when=headline_time(change, scene),
        post=change.post_id,
        advice=(words.sentence(change.message),) if change.message else (),
        paste=change.paste,
        paste_intro=words.paste(
            change.paste,
            change.paste_at,
            change.reason,
            target=intent is not None and change.paste_at == intent.location,
            lines=change.paste_lines,
        ),
        facts=tuple(facts),
        bodies=tuple(bodies),
        location=change.paste_at or (intent.location if intent is not None else None),
        url=permalink(change),
    )


def _disputed(change: Change) -> bool:
    """Whether nothing is written over what somebody else wrote at Wix."""
    left = change.kind in (ChangeKind.HOLD, ChangeKind.KEEP)
    return left and change.origin in (Origin.DRIFT, Origin.BOTH)


def _verb(change: Change) -> str:
    if waits(change):
        return words.WAITS
    if is_note(change):
        return words.CHANGE[ChangeKind.KEEP]
    if change.kind is ChangeKind.CREATE and change.intent and change.intent.timing.kind is TimingKind.DRAFT:
        return "New draft"
    return words.CHANGE[change.kind]


def where(change: Change, cells: Cells) -> str:
    """`Instagram post`, `Facebook post @berlin`; an item that no channel file describes by its own name."""
    name, _, account = change.target.partition("@")
    cell = cells.by_name.get(name)
    title = cell.title if cell is not None else (name or "a post of unknown kind")
    return f"{title} @{account}" if account else title


def permalink(change: Change) -> str:
    live = change.item.permalink if change.item is not None else ""
    return live or (change.record.permalink if change.record is not None else "")


# --- when ---------------------------------------------------------------------------------------


def zone_of(change: Change, scene: Scene) -> str:
    return change.intent.timing.zone if change.intent is not None else scene.zone


def moment(change: Change) -> datetime | None:
    """The instant a change is about: decided, else wanted, else at the service, else remembered."""
    instants = (
        change.at,
        change.intent.timing.at if change.intent is not None else None,
        change.item.at if change.item is not None else None,
        change.record.at if change.record is not None else None,
    )
    return next(filter(None, instants), None)


def _soon(change: Change) -> bool:
    """Whether the instant depends on when the merge is."""
    asap = change.intent is not None and change.intent.timing.kind is TimingKind.ASAP
    return asap and change.kind in (ChangeKind.CREATE, ChangeKind.SCHEDULE)


def headline_time(change: Change, scene: Scene) -> str:
    """`Tue 1 Dec 2026, 09:00 (in 6 d 9 h)`, `no date`; empty where nothing is known."""
    instant = moment(change)
    if instant is None or _soon(change):
        return words.UNDATED.get(change.intent.timing.kind, "") if change.intent is not None else ""
    removed = "was planned for " if change.kind is ChangeKind.CANCEL else ""
    overdue = "already " if change.kind is ChangeKind.HOLD and instant < scene.now else ""
    distance = times.relative(instant, scene.now)
    return f"{removed}{times.local(instant, zone_of(change, scene))} ({overdue}{distance})"


def _moved(change: Change, zone: str, now: datetime) -> list[Fact]:
    return versions.times(change, zone, now) if _disputed(change) else content.moved(change.fields, zone, now)


def _times(change: Change, scene: Scene) -> list[Fact]:
    instant, zone = moment(change), zone_of(change, scene)
    if instant is None:
        return []
    if change.kind is ChangeKind.PUBLISH:
        due = f"was due {times.relative(instant, scene.now)}, {times.full(instant, zone)}"
        return [Fact(label="Goes out", value=f"at once; {due}")]
    goes_out = change.kind.writes and change.kind not in (ChangeKind.CANCEL, ChangeKind.DELETE)
    distance = f" · {times.relative(instant, scene.now)}" if goes_out else ""
    if _soon(change):
        distance += ", if merged now"
    facts = [Fact(label="Goes out" if goes_out else "Planned for", value=f"{times.full(instant, zone)}{distance}")]
    timing = change.intent.timing if change.intent is not None else None
    if timing is not None and timing.at is not None and is_late(change):
        facts.append(Fact(label="Planned for", value=f"{times.full(timing.at, zone)}, so it goes out late"))
    return facts


def _deadline(change: Change, scene: Scene) -> list[Fact]:
    end = deadline(change, scene.now)
    if end is None:
        return []
    zone = zone_of(change, scene)
    value = f"{times.local(end.at, zone)} · {times.relative(end.at, scene.now)}"
    if is_late(change):
        value += ", or it no longer goes out"
    facts = [Fact(label="Merge before", value=value)]
    goes_out = change.kind not in (ChangeKind.CANCEL, ChangeKind.DELETE)
    timing = change.intent.timing if change.intent is not None and goes_out else None
    if timing is not None and timing.at is not None and timing.until is not None and timing.until > timing.at:
        facts.append(Fact(label="At the latest", value=f"{times.local(timing.until, zone)}, if something delays it"))
    return facts


# --- where, and why -----------------------------------------------------------------------------


def account_forms(account_id: str, second_id: str) -> tuple[str, ...]:
    """The ways to write an account in socialsync.yaml, the fullest first."""
    return (f"{account_id}/{second_id}", second_id, account_id) if second_id else (account_id,)


def _account(intent: Intent | None, scene: Scene) -> list[Fact]:
    if intent is None:
        return []
    pinned = scene.site.aliases.get(intent.target.alias, "")
    names = [
        account.name
        for connection in scene.site.connections
        if connection.channel == intent.target.channel
        for account in connection.accounts
        if pinned in account_forms(account.account_id, account.second_id)
    ]
    return [Fact(label="Account", value=" · ".join(filter(None, (intent.target.alias, *names[:1], pinned))))]


def _reasons(change: Change) -> list[Fact]:
    facts = []
    if change.wanted is not None and change.wanted in words.ASKED:
        facts.append(Fact(label="On hold", value=words.ASKED[change.wanted]))
    if change.origin in (Origin.DRIFT, Origin.BOTH) and change.kind.writes:
        facts.append(Fact(label="Why", value=words.ORIGIN[change.origin]))
    if change.intent is None and change.record is not None and change.record.path:
        removed = " (removed)" if change.reason == "REMOVED" and not change.message else ""
        facts.append(Fact(label="File", value=f"{change.record.path}{removed}"))
    if change.kind is ChangeKind.HOLD and change.attention and not change.paste:
        facts.append(Fact(label="Code", value=change.reason))
    return facts
