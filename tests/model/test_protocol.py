"""At most one publication whatever happens, or the way to a second one.

Protocols that are known to be broken are here so that the model itself is tested: for each of them it must find a way.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from protocol_model import DRAFT, SCHEDULED, Process, Protocol, World, twice

NEW = World()
RAISED = (Process(), Process(attempt=2))
CASES = {
    # protocol, the world it starts in, whether a second publication can be reached
    **{f"ours, {unique}": (Protocol(unique=unique), NEW, False) for unique in ("U1", "U2", "U3")},
    "ours, two faults, U1": (Protocol(), replace(NEW, faults=2), False),
    "ours, two faults, U3": (Protocol(unique="U3"), replace(NEW, faults=2), False),
    "ours, no uniqueness": (Protocol(unique="U0"), NEW, True),
    "ours, no uniqueness, one applier, true listings, nothing delayed": (
        Protocol(unique="U0"), replace(NEW, processes=(Process(),), stale=0, faults=0), False,
    ),
    "no key, sent again blindly": (Protocol(key=False, reads=False), replace(NEW, processes=(Process(),)), True),
    "no key, read first": (Protocol(key=False), replace(NEW, processes=(Process(),)), True),
    **{
        f"immediate, {unique}": (Protocol(immediate=True, unique=unique), replace(NEW, hands=0), False)
        for unique in ("U1", "U2", "U3")
    },
    **{
        f"immediate, published again on request, {unique}": (
            Protocol(immediate=True, again=True, unique=unique), replace(NEW, hands=0), True,
        )
        for unique in ("U1", "U2", "U3")
    },
    **{
        f"immediate and claimed, published again on request, {unique}": (
            Protocol(immediate=True, again=True, claims=True, unique=unique), replace(NEW, hands=0), False,
        )
        for unique in ("U0", "U1", "U2", "U3")
    },
    **{
        f"raised attempt, {name}, older {status or 'absent'}": (
            protocol, replace(NEW, items=((1, status),) if status else (), processes=RAISED, hands=0), found,
        )
        for name, protocol, expected in (
            ("no fence", Protocol(fence="", trace=False), (True, True, True)),
            ("fence of what is scheduled", Protocol(fence=SCHEDULED, trace=False), (True, True, True)),
            ("fence of all, untraced", Protocol(trace=False), (True, True, True)),
            ("ours", Protocol(), (False, False, False)),
        )
        for status, found in zip(("", DRAFT, SCHEDULED), expected, strict=True)
    },
}  # fmt: skip


@pytest.mark.parametrize(("protocol", "start", "expected"), CASES.values(), ids=CASES)
def test_at_most_one_publication(protocol: Protocol, start: World, *, expected: bool) -> None:
    way, states = twice(protocol, start)
    print(f"{states} states", *way, sep="\n  ")
    assert bool(way) == expected, way
