"""A report handed from one job to another: the same again, or refused, whatever the file holds."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from report import samples
from report.hostile import PAYLOADS, hostile_report
from report.test_markdown import check

from socialsync.cells import packaged
from socialsync.commands import handover
from socialsync.model.items import Status
from socialsync.model.plans import Change, ChangeKind, Origin
from socialsync.model.reports import Report, SiteReport
from socialsync.report import render

VERBS = ("diff", "plan", "apply", "status", "stop")


def handed(report: Report, folder: Path) -> Report:
    path = str(folder / "report.json")
    handover.write(report, path)
    return handover.read(path)


def page(report: Report) -> str:
    return render(report, format="markdown", cells=packaged(), limit=10_000_000)


def plans() -> list[str]:
    return [name for name, make in samples.REPORTS.items() if make().verb in VERBS]


@pytest.mark.parametrize("name", plans())
def test_what_is_read_says_what_was_written(name: str, tmp_path: Path) -> None:
    report = samples.REPORTS[name]()
    assert page(handed(report, tmp_path)) == page(report)


def test_posts_left_as_they_are_are_only_counted(tmp_path: Path) -> None:
    kept = tuple(Change(kind=ChangeKind.KEEP, key=f"k{number}", site="main") for number in range(20_000))
    plan = samples.plan(samples.create_video(), *kept)
    report = Report(verb="diff", sites=(SiteReport(site="main", plan=plan),))
    read = handed(report, tmp_path)
    assert page(read) == page(report)
    assert "20,000 left as they are" in page(read)
    assert (tmp_path / "report.json").stat().st_size < 10_000


def test_news_of_a_post_that_is_left_as_it_is_is_told(tmp_path: Path) -> None:
    record = samples.record("sale", "facebook/post")
    item = samples.item(status=Status.PUBLISHED, permalink="https://www.facebook.com/1")
    change = Change(kind=ChangeKind.KEEP, key=record.key, site="main", item=item, record=record)
    plan = samples.plan(change)
    (read,) = handed(Report(verb="apply", sites=(SiteReport(site="main", plan=plan),)), tmp_path).sites
    assert read.plan is not None
    assert [each.item and each.item.permalink for each in read.plan.changes] == ["https://www.facebook.com/1"]
    assert handover.is_news(change)
    assert not handover.is_news(replace(change, item=replace(item, status=record.status, permalink=record.permalink)))


def test_drift_and_lateness_are_told(tmp_path: Path) -> None:
    plan = samples.plan()
    late = samples.item(status=Status.SCHEDULED, at=plan.now.replace(year=plan.now.year - 1))
    record = replace(samples.record("sale", "facebook/post"), status=Status.SCHEDULED, permalink=late.permalink)
    changes = (
        Change(kind=ChangeKind.KEEP, key="drift", site="main", origin=Origin.DRIFT, record=record),
        Change(kind=ChangeKind.KEEP, key="late", site="main", item=late, record=record),
        Change(kind=ChangeKind.KEEP, key="well", site="main", record=record),
    )
    report = Report(verb="plan", sites=(SiteReport(site="main", plan=replace(plan, changes=changes)),))
    (read,) = handed(report, tmp_path).sites
    assert read.plan is not None
    assert [change.key for change in read.plan.changes] == ["drift", "late", ""]


# --- hostile files ------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("verb", VERBS)
def test_hostile_texts_stay_texts(verb: str, payload: str, tmp_path: Path) -> None:
    report = replace(hostile_report(payload), verb=verb)
    try:
        read = handed(report, tmp_path)
    except handover.Unreadable:
        return
    check(page(read))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"a":' * 50_000,
        b'{"version": NaN}',
        b'{"verb": "\\ud800"}',
        b"1" * 10_000,
        b" " * (handover.LIMIT + 1),
    ],
)
def test_what_is_no_report_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(data)
    with pytest.raises(handover.Unreadable):
        handover.read(str(path))


def test_only_a_plain_file_is_read(tmp_path: Path) -> None:
    handover.write(samples.plan_report(samples.create_video()), str(tmp_path / "real.json"))
    os.symlink(tmp_path / "real.json", tmp_path / "link.json")
    os.mkfifo(tmp_path / "pipe.json")
    for name in ("link.json", "pipe.json", "absent.json", "."):
        with pytest.raises(handover.Unreadable):
            handover.read(str(tmp_path / name))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    match value:
        case dict():
            for name, part in value.items():
                yield from leaves(part, (*path, name))
        case list() if value:
            for index, part in enumerate(value):
                yield from leaves(part, (*path, index))
        case _:
            yield path


def with_leaf(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    copy = json.loads(json.dumps(document))
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return copy


EVIL: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**30,
    1.5,
    "",
    "@all <!-- x --> ![](https://evil.example)",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "2026-12-01",
    "2026-99-99T99:99:99Z",
    [],
    {},
    ["../../etc/passwd"],
)


def test_every_leaf_turned_into_everything_else(tmp_path: Path) -> None:
    """Whatever is changed in a report: it is refused, or it is shown and does nothing."""
    path = tmp_path / "report.json"
    reports = [samples.REPORTS[name]() for name in plans()]
    tried = shown = 0
    for report in reports:
        handover.write(report, str(path))
        document = json.loads(path.read_text())
        for leaf in list(leaves(document))[::31]:
            for value in EVIL:
                path.write_text(json.dumps(with_leaf(document, leaf, value)))
                tried += 1
                try:
                    read = handover.read(str(path))
                except handover.Unreadable:
                    continue
                check(page(read))
                shown += 1
    assert tried > 500
    assert shown > 50


def test_a_plan_that_claims_too_many_posts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    handover.write(samples.plan_report(samples.create_video()), str(path))
    document = json.loads(path.read_text())
    document["sites"][0]["plan"]["counts"]["keep"] = 10**12
    path.write_text(json.dumps(document))
    with pytest.raises(handover.Unreadable):
        handover.read(str(path))
