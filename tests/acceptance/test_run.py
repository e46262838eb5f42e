"""The suite's own bookkeeping: what is chosen, in which order, and what of an earlier run is believed."""

import json
from pathlib import Path

import pytest

from . import kept
from .faults import CALLS, pairs
from .run import first_of_pairs, ordered


def test_the_longest_cases_come_first_and_the_great_matrix_last() -> None:
    cases = ["S1/u1/a", "S8/u1/F1", "S23/300/0", "S1/u2/b", "S22/500", "S1-local/u1/c", "S4/1"]
    found = ordered(cases, seed=0)
    assert sorted(found) == sorted(cases)
    suites = [case.split("/")[0] for case in found]
    assert set(suites[:2]) == {"S22", "S23"}
    assert suites[-2:] == ["S1", "S1"]
    assert ordered(cases, seed=0) == found


def test_one_case_for_each_pair_the_first() -> None:
    cases = ["S1/u1/F1/0-get_item/H4", "S1/u1/F2/3-get_item/H4", "S1/u1/F2/3-get_item/H5", "S1/u2/F1/1-query_items/H4"]
    assert first_of_pairs(cases) == [cases[0], cases[2], cases[3]]


def test_every_call_can_meet_faults() -> None:
    assert {call for call, _ in pairs()} == set(CALLS)


def test_recordings_count_for_the_sources_that_made_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert kept.load_recordings("these") == {}
    kept.save_recordings("these", {"u1/F2": ("list_accounts", "query_items")})
    assert kept.load_recordings("these") == {"u1/F2": ("list_accounts", "query_items")}
    assert kept.load_recordings("others") == {}


def test_the_last_result_of_a_case_counts_and_half_a_line_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert kept.load_results() == {}
    kept.save_result({"id": "S4/1", "ok": False})
    kept.save_result({"id": "S4/1", "ok": True})
    with Path(".acceptance/results.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"id": "S4/2", "ok": True})[:9])
    assert kept.load_results() == {"S4/1": {"id": "S4/1", "ok": True}}


def test_sources_change_with_a_byte_of_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "ROOT", tmp_path)
    for folder in (*kept.PACKAGE, *kept.SUITE):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "socialsync" / "a.py").write_text("1")
    before = kept.sources()
    assert kept.sources() == before
    (tmp_path / "socialsync" / "a.py").write_text("2")
    assert kept.sources() != before
