"""What was confirmed last, in the words of the commit at which it was: State alone has only fingerprints."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fakes import AT, at, intent, item, record
from planning import planned

from socialsync.model.intents import Intent
from socialsync.model.items import Item, Record
from socialsync.model.plans import Plan
from socialsync.plan.conflict import confirming_commits, recalled

MOVED = AT + timedelta(hours=1)
OLD, LATER = intent(text="Hello"), intent(text="Held at the first merge")


def disputed(memory: Record | None, *, wanted: Intent | None = None, live: Item | None = None) -> Plan:
    """Edited by hand and, two commits in a row, in git."""
    return planned(
        [wanted or intent(text="New", timing=at(MOVED))],
        [live or item(text="Hand", moment=AT - timedelta(hours=1))],
        [memory] if memory is not None else [],
        base=[LATER],
    )


def last(plan: Plan) -> list[object]:
    (change,) = plan.changes
    return [field.last for field in change.fields]


def test_the_commit_of_the_confirmation_still_has_the_words():
    plan = disputed(record(commit="c1"))
    assert confirming_commits(plan) == {"c1"}
    assert last(recalled(plan, {"c1": {OLD.key: OLD}})) == ["Hello", "2026-12-01T08:00:00Z"]


def test_what_git_wanted_in_vain_is_not_called_confirmed():
    plan = disputed(record(commit="c1"))
    assert last(plan)[0] == LATER.content.text
    assert last(recalled(plan, {"c1": {OLD.key: LATER}}))[0] is None, "that commit says something else by now"
    assert last(recalled(plan, {"c1": {}}))[0] is None, "that commit has no such post"
    assert last(recalled(plan, {}))[0] is None, "that commit is not here"


def test_without_memory_or_conflict_nothing_is_looked_up():
    for plan in (
        disputed(None),
        disputed(record(commit="")),
        disputed(record(commit="c1"), live=item()),
        disputed(record(commit="c1"), wanted=OLD, live=item()),
    ):
        assert confirming_commits(plan) == set()
        assert recalled(plan, {}) == plan


def test_only_the_shown_values_change():
    plan = disputed(record(commit="c1"))
    told = recalled(plan, {"c1": {OLD.key: OLD}})
    bare = [replace(one, fields=()) for one in plan.changes]
    assert [replace(one, fields=()) for one in told.changes] == bare
    assert told.digest == plan.digest
