"""Gates over a whole site: what their exception is for, and new attempts that make room for themselves."""

from __future__ import annotations

from dataclasses import replace

from fakes import NOW, SITE, WAIVER, intent, item, key_of, record
from planning import planned, words

from socialsync.model.intents import Content, Intent
from socialsync.model.items import Item, Record, Status
from socialsync.model.plans import Plan

TWELVE = [f"p{number:02d}" for number in range(12)]


def scheduled(names: list[str]) -> tuple[list[Item], list[Record]]:
    items = [item(key=key_of(name), item_id=f"i-{name}", text=name) for name in names]
    return items, [record(key=one.key, item_id=one.id, text=name) for name, one in zip(names, items, strict=True)]


def opened(plan: Plan, rule: str) -> object:
    lines = {change.paste for change in plan.changes if change.reason == rule}
    (line,) = lines
    return replace(SITE, waivers=(replace(WAIVER, rule=rule, subject=line.split('"')[1], until=NOW.date()),))


def edited(word: str, names: list[str] = TWELVE) -> list[Intent]:
    return [intent(name, content=Content(text=f"{word} {name}")) for name in names]


def kinds(plan: Plan) -> set[str]:
    return {words(change) for change in plan.changes}


def test_an_exception_is_for_these_words_and_no_others():
    items, known = scheduled(TWELVE)
    site = opened(planned(edited("Reviewed"), items, known), "GATE-UPDATES")
    assert kinds(planned(edited("Reviewed"), items, known, site=site)) == {"update"}
    assert kinds(planned(edited("Click"), items, known, site=site)) == {"hold GATE-UPDATES 9"}
    one_more = [*edited("Reviewed", TWELVE[:11]), *edited("Click", TWELVE[11:])]
    assert kinds(planned(one_more, items, known, site=site)) == {"hold GATE-UPDATES 9"}


def test_an_exception_is_for_these_items():
    items, known = scheduled(TWELVE)
    kept = [intent("other", text="Other")]
    site = opened(planned(kept, items, known), "GATE-REMOVALS")
    assert kinds(planned(kept, items, known, site=site)) == {"cancel", "create"}
    again = [replace(one, id=f"{one.id}-new") for one in items]
    known = [replace(one, item_id=f"{one.item_id}-new") for one in known]
    assert kinds(planned(kept, again, known, site=site)) == {"hold GATE-REMOVALS 9", "create"}


# --- new attempts everywhere -----------------------------------------------------------------------


def raised(names: list[str]) -> list[Intent]:
    return [intent(name, text=name, attempt=2) for name in names]


def test_calling_off_everything_for_new_attempts_waits_and_so_do_they():
    items, known = scheduled(TWELVE)
    plan = planned(raised(TWELVE), items, known)
    assert [words(change) for change in plan.changes] == ["hold GATE-REMOVALS 9"] * 24
    assert "12 of 12 live posts would be taken back at once" in plan.changes[0].message
    site = opened(plan, "GATE-REMOVALS")
    assert kinds(planned(raised(TWELVE), items, known, site=site)) == {"cancel FENCE", "create"}


def test_a_few_new_attempts_wait_for_nobody():
    items, known = scheduled(TWELVE)
    rest = [intent(name, text=name) for name in TWELVE[3:]]
    assert kinds(planned([*raised(TWELVE[:3]), *rest], items, known)) == {"cancel FENCE", "create", "keep"}


def test_what_was_called_off_before_needs_no_gate():
    """After `stop`, every post asks for a new attempt, and nothing is left to take back."""
    known = [replace(one, status=Status.CANCELED) for one in scheduled(TWELVE)[1]]
    assert kinds(planned(raised(TWELVE), [], known)) == {"create"}


def test_new_attempts_that_need_no_fence_go_on():
    items, known = scheduled(TWELVE)
    known = [replace(known[0], status=Status.CANCELED), *known[1:]]
    plan = planned(raised(TWELVE), items[1:], known)
    assert [change.post_id for change in plan.changes if words(change) == "create"] == ["p00"]
    held = [change for change in plan.changes if change.reason == "GATE-REMOVALS"]
    assert len(held) == 22
