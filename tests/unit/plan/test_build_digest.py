"""The digest is of what is written: the same whether a reviewer or a run looks, and another for any other write."""

from __future__ import annotations

from fakes import intent, item, record
from planning import planned, told

from socialsync.model.items import Status


def digests(text: str, *, reviewing: bool) -> str:
    """One new post, beside a public one whose words were edited afterwards."""
    public = item(Status.PUBLISHED, item_id="p1")
    edited = intent(text="Edited since")
    plan = planned(
        [intent("other", text=text), edited],
        [public],
        [record(Status.PUBLISHED, item_id="p1")],
        base=[intent()],
        reviewing=reviewing,
    )
    assert told(plan) == ["other: create", "sale: hold PUBLISHED 9" if reviewing else "sale: keep EDITED"]
    return plan.digest


def test_a_reviewer_and_a_run_see_one_digest() -> None:
    assert digests("New", reviewing=True) == digests("New", reviewing=False)


def test_another_text_is_another_digest() -> None:
    assert digests("New", reviewing=True) != digests("Newer", reviewing=True)
