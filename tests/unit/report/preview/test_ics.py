"""The calendar file: RFC 5545, whatever the posts say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from hypothesis import given

from socialsync.cells import packaged
from socialsync.model.intents import Content, DesiredState, Intent, Target, Timing, TimingKind
from socialsync.model.problems import Location
from socialsync.report import ics

from .. import samples
from ..hostile import HOSTILE
from ..samples import NOW, SALE

CELLS = packaged()
PROPERTY = re.compile(r"[A-Z-]+:[^\x00-\x08\x0a-\x1f\x7f]*")


def unfolded(text: str) -> list[str]:
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def rendered(*intents: Intent) -> list[str]:
    return unfolded(ics.render(ics.dated(intents), cells=CELLS, owner="acme", now=NOW))


def test_one_event() -> None:
    post = samples.post(
        "sale", Target(channel="facebook", type="post", account="berlin"), content=Content(text="a; b\nc")
    )
    assert rendered(post) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//socialsync//preview//EN",
        "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:acme: posts",
        "BEGIN:VEVENT",
        "UID:ss1.acme.main.sale.facebook-post-berlin.a1@socialsync.invalid",
        "DTSTAMP:20261124T230000Z",
        "DTSTART:20261201T080000Z",
        "SUMMARY:Facebook post @berlin: sale",
        "DESCRIPTION:a\\; b\\nc\\n\\nposts/sale.yaml",
        "CATEGORIES:Facebook post",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_only_what_has_a_date_and_goes_out_by_time() -> None:
    first, later = (samples.post(name, Target(channel="x", type="post")) for name in ("first", "later"))
    later = replace(later, timing=replace(later.timing, at=SALE + timedelta(days=1)))
    draft = samples.post("draft", Target(channel="x", type="post"), timing=Timing(kind=TimingKind.DRAFT))
    off = samples.post("off", Target(channel="x", type="post"), state=DesiredState.CANCELED)
    assert ics.dated([later, draft, off, first]) == (first, later)


def test_sites_are_named_where_there_are_several() -> None:
    one = samples.intent()
    lines = rendered(one, replace(one, site="other", key="ss1.acme.other.b.instagram-post.a1"))
    assert [line for line in lines if line.startswith("SUMMARY")] == [
        "SUMMARY:Instagram post: winter-sale-2026 (main)",
        "SUMMARY:Instagram post: winter-sale-2026 (other)",
    ]


@given(HOSTILE)
def test_nothing_in_a_post_makes_a_line_of_its_own(text: str) -> None:
    post = samples.intent(post_id=text, content=Content(text=text, title=text, link=text), location=Location(path=text))
    file = ics.render([post], cells=CELLS, owner=text, now=NOW)
    assert all(len(line.encode()) <= 75 for line in file.split("\r\n"))
    lines = unfolded(file)
    assert [line for line in lines if not PROPERTY.fullmatch(line)] == []
    assert [line.partition(":")[0] for line in lines] == [line.partition(":")[0] for line in rendered(samples.intent())]
