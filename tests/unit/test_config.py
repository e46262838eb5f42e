"""socialsync.yaml: what it says, and every mistake in it with its place."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import pytest

from socialsync import cells, config
from socialsync.model.sites import Blackout, Policy

sys.path.insert(0, str(Path(__file__).parent / "source"))
from source_trees import MemoryTree

FULL = """\
namespace: acme
timezone: Europe/Berlin
late: 3h
pause: true
sites:
  main:
    wix: 0b6f2c1e-0000-4000-8000-000000000000
    key_env: ACME_KEY
    posts: posts/main
    delivery: local
    accounts: {instagram: "1784", facebook@berlin: "7009"}
  demo:
    emulator: true
    posts: posts/demo/
    accounts: {}
no_posts: [{from: 2026-12-24, to: 2026-12-26, reason: holidays}]
allow:
  - {rule: GATE-CANCELS, for: 5, until: 2026-12-10, reason: spring cleaning}
"""


def problems(text: str, **files: str) -> list[str]:
    named = {name.replace("__", "/") + ".json": data for name, data in files.items()}
    settings, found = config.load(MemoryTree({config.FILE: text, **named}))
    assert (settings is None) == bool(found)
    assert all(problem.hint for problem in found)
    return [f"{problem.location} {problem.code}" for problem in found]


def test_everything_that_it_says() -> None:
    settings, found = config.load(MemoryTree({config.FILE: FULL}))
    assert found == ()
    assert settings is not None
    main, demo = settings.sites["main"], settings.sites["demo"]
    assert (main.wix[:8], main.key_env, main.posts, main.delivery) == ("0b6f2c1e", "ACME_KEY", "posts/main/", "local")
    assert main.accounts == {"instagram": "1784", "facebook@berlin": "7009"}
    assert (main.late_seconds, main.emulator) == (10800, False)
    assert (demo.posts, demo.delivery, demo.key_env, demo.emulator) == ("posts/demo/", "wix", "WIX_API_KEY", True)
    blackout = Blackout(first=date(2026, 12, 24), last=date(2026, 12, 26), reason="holidays")
    assert settings.policy == Policy(namespace="acme", timezone="Europe/Berlin", no_posts=(blackout,), pause=True)
    (waiver,) = settings.waivers
    assert (waiver.rule, waiver.subject, waiver.until) == ("GATE-CANCELS", "5", date(2026, 12, 10))
    assert str(waiver.location) == "socialsync.yaml:18:5"
    assert main.waivers == settings.waivers


def test_what_need_not_be_said() -> None:
    settings, _ = config.load(MemoryTree({config.FILE: "namespace: a\nsites: {m: {emulator: true, accounts: {}}}\n"}))
    assert settings is not None
    assert (settings.timezone, settings.late_seconds, settings.sites["m"].posts) == ("UTC", 1800, "posts/")


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("namespace: acme\n", "", "1:1 E-CONFIG-REQUIRED"),
        ("namespace: acme", "namespace: Acme Ltd", "1:12 E-CONFIG"),
        ("timezone: Europe/Berlin", "timezone: Europe/Berlim", "2:11 E-ZONE"),
        ("timezone: Europe/Berlin", "timezone: localtime", "2:11 E-ZONE"),
        ("late: 3h", "late: 3 hours", "3:7 E-CONFIG"),
        ("late: 3h", "late: 180", "3:7 E-CONFIG"),
        ("late: 3h", "late: 999999d", "3:7 E-CONFIG-LATE"),
        ("pause: true", "puase: true", "4:1 E-CONFIG-UNKNOWN"),
        ("  main:", "  Main Site:", "6:3 E-CONFIG-UNKNOWN"),
        ("wix: 0b6f2c1e-0000-4000-8000-000000000000", "wix: my site", "7:10 E-CONFIG"),
        ("key_env: ACME_KEY", "key_env: IST.eyJraWQiOiJQb3pIX2FDMiIsImFsZyI6", "8:14 E-CONFIG-KEY"),
        ("key_env: ACME_KEY", "key: x", "8:5 E-CONFIG-UNKNOWN"),
        ("posts: posts/main", "posts: ../posts", "9:12 E-PATH"),
        ("posts: posts/main", "posts: posts", "14:12 E-CONFIG-FOLDERS"),
        ("posts: posts/demo/", "posts: posts/main/more", "14:12 E-CONFIG-FOLDERS"),
        ("emulator: true", "wix: 0b6f2c1e-0000-4000-8000-000000000000", "13:10 E-CONFIG-WIX"),
        ("delivery: local", "delivery: lokal", "10:15 E-CONFIG"),
        ("facebook@berlin: ", "facebok@berlin: ", "11:35 E-CHANNEL"),
        ("facebook@berlin: ", "facebook@Berlin: ", "11:35 E-CONFIG-UNKNOWN"),
        ('"7009"', "7009", "11:52 E-CONFIG"),
        ("facebook@berlin", "facebook@the-very-long-name-of-a-page-in-berlin", "11:35 E-KEY-LENGTH"),
        ("from: 2026-12-24", "from: 2026-12-32", "16:19 E-DATE"),
        ("from: 2026-12-24", "from: 2026-12-27", "16:35 E-DATE"),
        ("until: 2026-12-10", "until: 2026-02-30", "18:41 E-DATE"),
        ("pause: true", "schemas: [nowhere]", "4:11 E-CONFIG-SCHEMAS"),
        ("pause: true", "schemas: [../x]", "4:11 E-PATH"),
        ("pause: true", "late: 1h", "4:1 E-YAML-DUPLICATE-KEY"),
    ],
)
def test_every_mistake_has_its_place(was: str, now: str, said: str) -> None:
    assert was in FULL
    assert problems(FULL.replace(was, now, 1)) == [f"socialsync.yaml:{said}"]


@pytest.mark.parametrize(
    ("was", "now", "hint"),
    [
        ("@berlin", "@acme-berlin", "Shorten the name of the account, “acme-berlin”: it may have 10 characters."),
        ("main:", f"{'m' * 30}:", f"Shorten the name of the site, “{'m' * 30}”."),
        ("acme", "a" * 19, f"Shorten the namespace, “{'a' * 19}”."),
    ],
)
def test_what_is_too_long_says_how_long_it_may_be(was: str, now: str, hint: str) -> None:
    _, found = config.load(MemoryTree({config.FILE: FULL.replace(was, now, 1)}))
    assert {(problem.code, problem.hint) for problem in found if "facebook" in str(problem)} == set()
    assert ("E-KEY-LENGTH", hint) in {(problem.code, problem.hint) for problem in found}


def test_a_key_in_the_file_is_not_repeated() -> None:
    secret = "IST.eyJraWQiOiJQb3pIX2FDMiIsImFsZyI6"
    _, found = config.load(MemoryTree({config.FILE: FULL.replace("ACME_KEY", secret)}))
    assert found
    assert all(secret[:8] not in problem.message + problem.hint + problem.replacement for problem in found)


def test_no_file_at_all() -> None:
    settings, (problem,) = config.load(MemoryTree({}))
    assert settings is None
    assert problem.code == "E-CONFIG-MISSING"


def test_comments_are_welcome() -> None:
    assert problems("namespace: acme  #ours\nsites: {m: {emulator: true, accounts: {}}}\n") == []


def cell(channel: str = "pigeon", **changes: object) -> str:
    data = json.loads((cells.schemas_dir() / "channels" / "linkedin" / "post.json").read_bytes())
    return json.dumps({**data, "channel": channel, **changes})


def test_a_repository_may_add_a_channel() -> None:
    text = FULL.replace("pause: true", "schemas: [channels]").replace("instagram:", "pigeon:")
    tree = MemoryTree({config.FILE: text, "channels/pigeon/post.json": cell()})
    settings, found = config.load(tree)
    assert found == ()
    assert settings is not None
    assert "pigeon/post" in settings.cells.by_name
    assert "facebook/post" in settings.cells.by_name


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (cell("linkedin"), "1:1"),
        (cell(limits="none"), "1:1"),
        ('{"channel": ', "1:13"),
    ],
    ids=["replaces", "wrong", "broken"],
)
def test_but_neither_replace_one_nor_break_the_form(data: str, place: str) -> None:
    text = FULL.replace("pause: true", "schemas: [channels]")
    said = problems(text, channels__pigeon__post=data)
    assert said
    assert set(said) == {f"channels/pigeon/post.json:{place} E-CONFIG-SCHEMAS"}
