"""A report for programs: versioned JSON, complete, in a stable order; its shape is schemas/report.schema.json."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from socialsync.canonical import canonical_instant
from socialsync.model.plans import Change, Outcome, Plan
from socialsync.model.problems import Problem
from socialsync.model.reports import Report, SiteReport
from socialsync.report import changes, outcomes, words
from socialsync.report.view import in_order

VERSION = 1


def render(report: Report) -> str:
    """ASCII JSON, so that nothing in it can steer a terminal; indented, ending in a line feed."""
    return json.dumps(document(report), indent=2) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as plain data. Members are only ever added within one version."""
    emulated = bool(report.sites) and all(site.emulator for site in report.sites)
    return {
        "notice": words.BANNER if emulated else "",
        "version": VERSION,
        "verb": report.verb,
        "exit_code": int(report.exit_code),
        "commit": report.commit,
        "base": report.base,
        "checked": {"posts": report.checked_posts, "targets": report.checked_targets},
        "problems": [_problem(problem) for problem in in_order(report.problems)],
        "sites": [_site(site) for site in report.sites],
        "rules": [_plain(rule) for rule in report.rules],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "hint": problem.hint,
        "replacement": problem.replacement,
        "location": _plain(problem.location),
    }


def _site(site: SiteReport) -> dict[str, Any]:
    return {
        "site": site.site,
        "emulator": site.emulator,
        "delivery": site.delivery,
        "state_at": _plain(site.state_at),
        "failure": _plain(site.failure),
        "plan": _plan(site.plan) if site.plan is not None else None,
        "outcome_counts": {kind.value: number for kind, number in outcomes.counts(site.outcomes).items()},
        "outcomes": [_outcome(outcome) for outcome in site.outcomes],
        "connections": [_plain(connection) for connection in site.connections],
        "aliases": dict(sorted(site.aliases.items())),
    }


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "now": _plain(plan.now),
        "digest": plan.digest,
        "counts": {kind.value: number for kind, number in changes.counts(plan.changes).items()},
        "changes": [_change(change) for change in plan.changes],
        "quotas": [_plain(quota) for quota in plan.quotas],
        "notes": list(plan.notes),
        "foreign": plan.foreign,
        "zone": plan.zone,
        "paused": plan.paused,
    }


def _change(change: Change) -> dict[str, Any]:
    intent = change.intent
    return {
        "kind": change.kind.value,
        "key": change.key,
        "post": change.post_id,
        "target": change.target,
        "at": _plain(change.at),
        "wanted": _plain(change.wanted),
        "origin": change.origin.value,
        "reason": change.reason,
        "message": change.message,
        "attention": int(change.attention),
        "paste": change.paste,
        "paste_at": _plain(change.paste_at),
        "paste_lines": change.paste_lines,
        "fields": [_plain(field) for field in change.fields],
        "intent": None
        if intent is None
        else {
            "location": _plain(intent.location),
            "state": intent.state.value,
            "attempt": intent.attempt,
            "timing": _plain(intent.timing),
            "content": {**_plain(intent.content), "extras": dict(intent.content.extras)},
            "unsent": list(intent.unsent),
        },
        "item": _plain(change.item),
        "record": _plain(change.record),
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "kind": outcome.kind.value,
        "key": outcome.change.key,
        "change": outcome.change.kind.value,
        "post": outcome.change.post_id,
        "target": outcome.change.target,
        "code": outcome.code,
        "message": outcome.message,
        "exit_code": int(outcome.exit_code),
        "item": _plain(outcome.item),
    }


def _plain(value: Any) -> Any:
    """A noun of the model as plain data: its fields by name, instants in UTC as ISO text."""
    match value:
        case Enum():
            return value.value
        case None | str() | bool() | int() | float():
            return value
        case datetime():
            return canonical_instant(value)
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(part) for part in value]
        case _ if is_dataclass(value):
            return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            return {name: _plain(part) for name, part in sorted(value.items())}
