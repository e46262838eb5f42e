"""A report that was handed over, its nouns made again from plain data that its schema has let through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from socialsync.errors import ExitCode
from socialsync.model.accounts import AccountInfo, Connection, Quota, TokenStatus
from socialsync.model.intents import Content, DesiredState, Intent, MediaKind, MediaRef, Target, Timing, TimingKind
from socialsync.model.items import Item, Record, Status
from socialsync.model.plans import Change, ChangeKind, FieldChange, Origin, Outcome, OutcomeKind, Plan
from socialsync.model.problems import Location, Problem, Severity
from socialsync.model.reports import Failure, Report, SiteReport

_MOST_KEPT = 1_000_000
_YEARS = range(1970, 9000)

_Noun = TypeVar("_Noun")


def report(data: Mapping[str, Any]) -> Report:
    """The report that machine.document made this of. Raises ValueError, KeyError, TypeError or OverflowError."""
    return Report(
        verb=data["verb"],
        exit_code=ExitCode(data["exit_code"]),
        commit=data["commit"],
        base=data["base"],
        checked_posts=data["checked"]["posts"],
        checked_targets=data["checked"]["targets"],
        problems=tuple(_noun(Problem, each, location=_location, severity=Severity) for each in data["problems"]),
        sites=tuple(map(_site, data["sites"])),
    )


def _site(data: Mapping[str, Any]) -> SiteReport:
    plan = _maybe(_plan, data["plan"], data["site"])
    by_key = {change.key: change for change in plan.changes} if plan is not None else {}
    return SiteReport(
        site=data["site"],
        emulator=data["emulator"],
        delivery=data["delivery"],
        state_at=_maybe(_instant, data["state_at"]),
        failure=_maybe(lambda each: _noun(Failure, each, exit_code=ExitCode), data["failure"]),
        plan=plan,
        outcomes=tuple(_outcome(each, data["site"], by_key) for each in data["outcomes"]),
        connections=tuple(
            _noun(Connection, each, token=TokenStatus, accounts=_each(_account)) for each in data["connections"]
        ),
        aliases=data["aliases"],
    )


def _plan(data: Mapping[str, Any], site: str) -> Plan:
    told = tuple(_change(each, site) for each in data["changes"])
    kept = data["counts"].get(ChangeKind.KEEP.value, 0) - sum(
        change.kind is ChangeKind.KEEP or (change.kind is ChangeKind.HOLD and not change.attention) for change in told
    )
    if kept > _MOST_KEPT:
        raise ValueError("no repository holds so many posts")
    # What was only counted stands in the plan as what it was: a post that is left as it is.
    counted = (Change(kind=ChangeKind.KEEP, key="", site=site),) * kept
    return Plan(
        site=site,
        now=_instant(data["now"]),
        digest=data["digest"],
        changes=told + counted,
        quotas=tuple(_noun(Quota, each) for each in data["quotas"]),
        notes=tuple(data["notes"]),
        foreign=data["foreign"],
        zone=data["zone"],
        paused=data["paused"],
    )


def _change(data: Mapping[str, Any], site: str) -> Change:
    record = _maybe(_record, data["record"])
    if record is None and data["intent"] is None and data["post"]:
        raise ValueError("a post of which neither file nor memory is named")
    return Change(
        kind=ChangeKind(data["kind"]),
        key=data["key"],
        site=site,
        intent=_maybe(_intent, data["intent"], data, site),
        item=_maybe(_item, data["item"]),
        record=record,
        fields=tuple(map(_field, data["fields"])),
        at=_maybe(_instant, data["at"]),
        reason=data["reason"],
        message=data["message"],
        paste=data["paste"],
        paste_at=_maybe(_location, data["paste_at"]),
        paste_lines=data["paste_lines"],
        wanted=_maybe(ChangeKind, data["wanted"]),
        attention=ExitCode(data["attention"]),
        origin=Origin(data["origin"]),
    )


def _intent(data: Mapping[str, Any], change: Mapping[str, Any], site: str) -> Intent:
    cell, _, account = change["target"].partition("@")
    channel, _, kind = cell.partition("/")
    content = data["content"]
    return Intent(
        key=change["key"],
        site=site,
        post_id=change["post"],
        target=Target(channel=channel, type=kind, account=account),
        content=Content(
            text=content["text"],
            title=content["title"],
            link=content["link"],
            media=tuple(_noun(MediaRef, each, kind=MediaKind, traits=tuple) for each in content["media"]),
            extras=tuple(sorted(content["extras"].items())),
        ),
        timing=_noun(Timing, data["timing"], kind=TimingKind, at=_when, until=_when),
        location=_location(data["location"]),
        state=DesiredState(data["state"]),
        attempt=data["attempt"],
        unsent=tuple(data["unsent"]),
    )


def _field(data: Mapping[str, Any]) -> FieldChange:
    change = _noun(FieldChange, data, was=_value, now=_value, last=_value)
    for value in (change.was, change.now, change.last):
        if change.name == "schedule" and isinstance(value, str) and value[:1].isdigit():
            _instant(value)
    return change


def _outcome(data: Mapping[str, Any], site: str, changes: Mapping[str, Change]) -> Outcome:
    kind = ChangeKind(data["change"])
    change = changes.get(data["key"]) or Change(kind=kind, key=data["key"], site=site)
    return Outcome(
        kind=OutcomeKind(data["kind"]),
        change=change,
        item=_maybe(_item, data["item"]),
        code=data["code"],
        message=data["message"],
        exit_code=ExitCode(data["exit_code"]),
    )


def _item(data: Mapping[str, Any]) -> Item:
    return _noun(Item, data, status=Status, at=_when, fields=lambda said: {k: _value(v) for k, v in said.items()})


def _record(data: Mapping[str, Any]) -> Record:
    return _noun(Record, data, status=Status, at=_when)


def _account(data: Mapping[str, Any]) -> AccountInfo:
    return _noun(AccountInfo, data, options=lambda said: {name: tuple(values) for name, values in said.items()})


def _location(data: Mapping[str, Any]) -> Location:
    return _noun(Location, data)


def _noun(of: Callable[..., _Noun], data: Mapping[str, Any], **converted: Callable[[Any], Any]) -> _Noun:
    """The noun with the members that `data` has, some of them converted; the schema has seen that they fit."""
    return of(**{name: converted[name](value) if name in converted else value for name, value in data.items()})


def _each(convert: Callable[[Any], Any]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    return lambda values: tuple(map(convert, values))


def _maybe(convert: Callable[..., Any], value: Any, *more: Any) -> Any:
    return None if value is None else convert(value, *more)


def _when(value: str | None) -> datetime | None:
    return None if value is None else _instant(value)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None or instant.year not in _YEARS:
        raise ValueError("no year that a post could be in")
    return instant.astimezone(UTC)


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
