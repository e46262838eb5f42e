"""The nouns: what they derive from themselves, and that nobody can change them."""

from __future__ import annotations

import dataclasses
import inspect
import pkgutil
from importlib import import_module

import pytest
from fakes import intent, item, record

from socialsync import model
from socialsync.model.intents import MediaKind, MediaRef, Target
from socialsync.model.items import Status
from socialsync.model.plans import Change, ChangeKind
from socialsync.model.problems import Location


def test_nouns_are_frozen_slotted_and_by_keyword():
    modules = [import_module(f"{model.__name__}.{each.name}") for each in pkgutil.iter_modules(model.__path__)]
    nouns = [
        one
        for module in modules
        for _, one in inspect.getmembers(module, dataclasses.is_dataclass)
        if one.__module__ == module.__name__
    ]
    assert len(nouns) > 20
    for noun in nouns:
        assert "__slots__" in vars(noun), noun
        assert all(field.kw_only for field in dataclasses.fields(noun)), noun
    with pytest.raises(dataclasses.FrozenInstanceError):
        intent().key = "another"  # type: ignore[misc]


def test_places():
    assert str(Location(path="a.yaml", line=3, column=7)) == "a.yaml:3:7"
    assert str(Location(path="a.yaml")) == "a.yaml:1:1"
    assert Location(path="a.yaml", line=2) < Location(path="a.yaml", line=10) < Location(path="b.yaml")


def test_targets():
    bare, berlin = Target(channel="facebook", type="post"), Target(channel="facebook", type="post", account="berlin")
    assert (bare.cell, bare.alias, str(bare)) == ("facebook/post", "facebook", "facebook/post")
    assert (berlin.cell, berlin.alias, str(berlin)) == ("facebook/post", "facebook@berlin", "facebook/post@berlin")


def test_what_stands_for_a_file():
    assert MediaRef(kind=MediaKind.IMAGE, digest="ab", path="a.jpg").token == "sha256:ab"
    assert MediaRef(kind=MediaKind.VIDEO, file_id="v1").token == "wix:v1"


def test_statuses():
    assert {one for one in Status if one.final} == {
        Status.PUBLISHED,
        Status.CANCELED,
        Status.FAILED,
        Status.DELETED,
    }


def test_kinds_that_write():
    assert {kind for kind in ChangeKind if not kind.writes} == {ChangeKind.FORGET, ChangeKind.KEEP, ChangeKind.HOLD}
    alive = {ChangeKind.CREATE, ChangeKind.SCHEDULE, ChangeKind.PUBLISH}
    assert {kind for kind in ChangeKind if kind.brings_to_life} == alive


def test_a_change_names_its_post_and_target_by_whatever_it_has():
    def named(**parts: object) -> tuple[str, str]:
        change = Change(kind=ChangeKind.KEEP, key="k", site="main", **parts)  # type: ignore[arg-type]
        return change.post_id, change.target

    assert named(intent=intent(account="berlin")) == ("sale", "facebook/post@berlin")
    assert named(record=record()) == ("sale", "facebook/post")
    assert named(item=item()) == ("", "facebook/post")
    assert named() == ("", "")
