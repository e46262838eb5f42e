"""Laws of every plan, whatever is wanted, listed and remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from fakes import AT, DRAFT, NOW, PREFIX, SITE, WAIVER, asap, at, intent, item, key_of, record
from hypothesis import example, given, settings
from hypothesis import strategies as st
from planning import planned

from socialsync.model.intents import DesiredState, Intent, TimingKind
from socialsync.model.items import Item, Record, Status
from socialsync.model.plans import ChangeKind, Plan
from socialsync.timing import LEAD

POSTS = ("aaa", "bbb", "ccc")
TEXTS = ("one", "two", "three")
MOMENTS = [AT + timedelta(minutes=15 * number) for number in range(-2, 3)]
RULES = ("CONFLICT", "DOUBLE", "POST-AGAIN", "NO-TRACE", "DELETE-PUBLIC", "BLACKOUT")
GOES_OUT = (ChangeKind.CREATE, ChangeKind.SCHEDULE, ChangeKind.RESCHEDULE, ChangeKind.UPDATE, ChangeKind.PUBLISH)

timings = st.one_of(
    st.just(DRAFT),
    st.sampled_from(MOMENTS).map(at),
    st.sampled_from(MOMENTS).map(asap),
)
waivers = st.lists(
    st.builds(
        lambda rule, subject: replace(WAIVER, rule=rule, subject=subject),
        st.sampled_from(RULES),
        st.sampled_from(["1", "i0", "i1", "i2", AT.date().isoformat()]),
    ),
    max_size=2,
).map(tuple)
intents = st.lists(
    st.builds(
        intent,
        st.sampled_from(POSTS),
        text=st.sampled_from(TEXTS),
        timing=timings,
        attempt=st.integers(1, 2),
        state=st.sampled_from(DesiredState),
        waivers=waivers,
        adopt=st.sampled_from(["", "", "", "i0", "f0"]),
    ),
    max_size=3,
    unique_by=lambda one: one.post_id,
)
statuses = st.sampled_from(Status)
our_keys = st.sampled_from([key_of(post, attempt) for post in POSTS for attempt in (1, 2)])


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Intent], list[Item], list[Record], list[Intent]]:
    ours = draw(st.lists(st.tuples(our_keys, statuses, st.sampled_from(TEXTS), st.sampled_from(MOMENTS)), max_size=5))
    items = [
        item(
            status,
            key=key,
            item_id=f"i{number}",
            text=text,
            moment=None if status is Status.DRAFT else moment,
            external=draw(st.integers(0, 9)) == 0,
        )
        for number, (key, status, text, moment) in enumerate(ours)
    ]
    others = draw(st.lists(st.tuples(st.sampled_from(["", "x", "ss1.acme.mai"]), statuses), max_size=2))
    items += [item(status, key=key, item_id=f"f{number}") for number, (key, status) in enumerate(others)]
    known = draw(st.lists(st.tuples(our_keys, statuses, st.integers(0, 6)), max_size=4, unique_by=lambda one: one[0]))
    records = [
        record(status, key=key, item_id=f"i{number}", text=draw(st.sampled_from(TEXTS)))
        for key, status, number in known
        if status is not Status.OTHER
    ]
    return draw(intents), items, records, draw(intents)


moments = st.sampled_from([NOW, *MOMENTS, AT - LEAD, AT - timedelta(seconds=1), AT + timedelta(days=1)])
sites = st.sampled_from([SITE, replace(SITE, delivery="local")])
law = settings(derandomize=True, max_examples=200, deadline=None)


def plan_of(world, now: datetime, site) -> Plan:
    wanted, items, records, base = world
    return planned(wanted, items, records, base=base, now=now, site=site)


@law
@given(worlds(), moments, sites, st.randoms(use_true_random=False))
def test_order_changes_nothing(world, now, site, random):
    wanted, items, records, base = world
    shuffled = tuple(random.sample(part, len(part)) for part in world)
    assert plan_of(shuffled, now, site) == plan_of(world, now, site)
    assert plan_of((wanted, items, records, base), now, site).digest == plan_of(shuffled, now, site).digest


@law
@given(worlds(), moments, sites)
def test_each_intent_is_told_once(world, now, site):
    changes = plan_of(world, now, site).changes
    for one in world[0]:
        told = [change for change in changes if change.key == one.key and change.reason != "TWIN"]
        assert len(told) == 1


@law
@given(worlds(), moments, sites)
def test_foreign_items_are_in_no_write(world, now, site):
    wanted, _, records, base = world
    adopted = {one.adopt for one in (*wanted, *base)} | {one.item_id for one in records}
    for change in plan_of(world, now, site).changes:
        if change.kind.writes and change.item is not None and change.item.id not in adopted:
            assert change.item.key.startswith(PREFIX)
            assert not change.item.external


@law
@given(worlds(), moments, sites)
def test_what_nobody_knows_is_in_no_write(world, now, site):
    wanted, _, records, base = world
    known = {one.key for one in (*wanted, *base, *records)} | {key for one in wanted for key in one.older_keys}
    for change in plan_of(world, now, site).changes:
        assert not change.kind.writes or change.key in known


@law
@given(worlds(), moments, sites)
def test_what_ended_is_in_no_write_but_a_delete_that_git_says(world, now, site):
    for change in plan_of(world, now, site).changes:
        if (
            change.kind.writes
            and change.item is not None
            and change.item.status not in (Status.DRAFT, Status.SCHEDULED)
        ):
            assert change.kind is ChangeKind.DELETE
            assert change.intent is not None
            if change.item.status is Status.FAILED:
                assert change.intent.state is DesiredState.DELETED
                continue
            assert change.item.status is Status.PUBLISHED
            assert "DELETE-PUBLIC" in [waiver.rule for waiver in change.intent.waivers]


@law
@given(worlds(), moments, sites)
@example(([intent(timing=at(AT))], [], [], []), AT, SITE)
def test_nothing_is_early_or_without_lead(world, now, site):
    for change in plan_of(world, now, site).changes:
        if change.kind not in GOES_OUT or change.intent is None:
            continue
        timing = change.intent.timing
        if change.kind is ChangeKind.PUBLISH:
            assert site.delivery == "local"
            assert timing.kind is TimingKind.ASAP or (timing.at is not None and timing.at <= now)
            assert timing.until is not None
            assert now <= timing.until
        elif change.at is not None:
            assert timing.at is None or change.at >= timing.at
            assert timing.until is not None
            assert change.at <= timing.until
            if site.delivery == "wix" or change.kind is ChangeKind.RESCHEDULE:
                assert change.at >= now + LEAD or (change.item is not None and change.at == change.item.at)
        elif timing.kind is not TimingKind.DRAFT:
            assert site.delivery == "local", "a dated post is never made without its date"


@law
@given(worlds(), moments, sites)
def test_losing_state_causes_no_write_that_brings_something_new_to_life_beside_a_living_item(world, now, site):
    """State may only make a run do less: with an empty one, whatever lives is still the only thing that may."""
    wanted, items, _, base = world
    for change in plan_of((wanted, items, [], base), now, site).changes:
        if change.kind in (ChangeKind.CREATE, ChangeKind.PUBLISH, ChangeKind.SCHEDULE):
            rivals = [
                one
                for one in items
                if one.key == change.key and not one.external and one.status not in (Status.DRAFT, Status.DELETED)
            ]
            assert not rivals or change.intent is None or change.intent.adopt in {one.id for one in items}


@law
@given(worlds(), moments, sites, st.data())
def test_a_final_record_causes_no_write_but_after_a_raised_attempt(world, now, site, data):
    """What State remembers as ended never adds a write to the plan that is made without that memory."""
    wanted, items, records, base = world
    wanted = [replace(one, attempt=1, key=key_of(one.post_id), older_keys=(), adopt="") for one in wanted]
    base = [replace(one, adopt="") for one in base]
    records = [one for one in records if not one.status.final]
    extra = data.draw(st.tuples(our_keys, st.sampled_from([one for one in Status if one.final])))
    if extra[0] in {one.key for one in (*records, *base)} or extra[0] not in {one.key for one in wanted}:
        return
    without = {
        (change.kind, change.item.id if change.item is not None else "")
        for change in plan_of((wanted, items, records, base), now, site).changes
        if change.kind.writes and change.key == extra[0]
    }
    ended = record(extra[1], key=extra[0], item_id="i9")
    for change in plan_of((wanted, items, [*records, ended], base), now, site).changes:
        if change.key == extra[0] and change.kind.writes:
            assert (change.kind, change.item.id if change.item is not None else "") in without
