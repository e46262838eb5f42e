"""What a review leaves unread changes nothing of what it says: with and without it, every diff is the same."""

from __future__ import annotations

import argparse
import random
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes import AT, DRAFT, NOW, SITE, WAIVER, Clock, Service, Shop, asap, at, intent, record

from socialsync import __version__, config
from socialsync.commands import diff, settled
from socialsync.commands.environment import Environment
from socialsync.commands.remember import worth_saving
from socialsync.commands.workspace import Workspace, open_head
from socialsync.errors import ExitCode
from socialsync.model.intents import DesiredState, Intent
from socialsync.model.items import Record, Status
from socialsync.model.plans import Change, ChangeKind, Outcome, OutcomeKind, Plan
from socialsync.model.problems import Location, Problem
from socialsync.model.reports import Report
from socialsync.report import changes
from socialsync.source import posts
from socialsync.source.posts import Loaded
from socialsync.source.tree import GitTree
from socialsync.state import Settled, State

CONFIG = """namespace: acme
timezone: UTC
{more}sites:
  main:
    wix: 0b6f2c1e-7a55-4c3e-9d0e-1f2a3b4c5d6e
    posts: posts/
    delivery: {delivery}
    accounts: {{facebook: "1/2", facebook@berlin: "1/3"}}
"""
WIX = "0b6f2c1e-7a55-4c3e-9d0e-1f2a3b4c5d6e"
SEEDS = 16


class Shelf:
    """A repository of a site, with a service to apply it to."""

    def __init__(self, root: Path, rng: random.Random, delivery: str = "wix") -> None:
        self.root, self.rng = root, rng
        self.shop = Shop(service=Service(clock=Clock()), site=replace(SITE, wix=WIX, delivery=delivery))
        self.config = {"delivery": delivery, "more": ""}
        self.files: dict[str, str] = {}
        self.git("init", "-q", "-b", "main")
        self._numbers = 0

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "gc.auto=0")
        return subprocess.run(
            ["git", *who, *arguments], cwd=self.root, check=True, capture_output=True, text=True
        ).stdout.strip()

    def write(self) -> None:
        for path in self.root.glob("posts/**/*.yaml"):
            path.unlink()
        (self.root / "socialsync.yaml").write_text(CONFIG.format(**self.config), encoding="utf-8")
        for name, text in self.files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def commit(self) -> str:
        self.write()
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "change")
        return self.git("rev-parse", "HEAD")

    def post(self) -> tuple[str, str]:
        """A new file, mostly plain."""
        rng = self.rng
        self._numbers += 1
        name = f"p{self._numbers}"
        return f"posts/{name}.yaml", self.text(name, plain=rng.random() < 0.7)

    def text(self, name: str, *, plain: bool = False) -> str:
        rng = self.rng
        day = NOW + timedelta(days=rng.randint(-1, 9), hours=rng.randint(1, 5))
        lines = [f"id: {name}", f"schedule: {day:%Y-%m-%d %H:%M}"]
        lines.append(f"text: {rng.choice(['A', 'B', 'C {{ word }}', 'D' + name, 'E' + name, 'F' + name])}")
        channels = rng.choice(["[facebook]", "[facebook]", "[facebook@berlin]", "[facebook, facebook@berlin]"])
        if not plain:
            lines[1] = rng.choice([lines[1], f"schedule: asap\nuntil: {day:%Y-%m-%d %H:%M}", "schedule: draft"])
            lines.append(rng.choice(["", "state: canceled", "state: deleted"]))
            waiver = f'{{rule: {rng.choice(["DOUBLE", "BLACKOUT"])}, for: "x", until: 2026-12-03, reason: "why"}}'
            lines.append(rng.choice(["", "", f"allow: [{waiver}]"]))
            own = rng.choice(["{attempt: 2}", "{text: Own}", "{}", "{key: facebook@berlin}"])
            channels = rng.choice([channels, f"{{facebook: {own}}}"])
        return "\n".join([*filter(None, lines), f"channels: {channels}", ""])

    def mutate(self) -> None:
        rng, names = self.rng, sorted(name for name in self.files if "_" not in name)
        name = rng.choice(names) if names else ""
        what = rng.choice(
            ["new", "new", "edit", "edit", "move", "remove", "rename", "copy", "shared", "other", "break"]
        )
        if what == "new" or not name:
            path, text = self.post()
            self.files[path] = text
        elif what == "edit":
            self.files[name] = self.text(name.rpartition("/")[2].removesuffix(".yaml"), plain=rng.random() < 0.5)
        elif what == "move":
            self.files[name] = self.files[name].replace("schedule: 2026-11", "schedule: 2026-12")
        elif what == "remove":
            del self.files[name]
        elif what == "rename":
            self.files[f"posts/sub/{name.rpartition('/')[2]}"] = self.files.pop(name)
        elif what == "copy":  # the same words under another id, or the same id once more
            path, _ = self.post()
            own, other = name.rpartition("/")[2].removesuffix(".yaml"), path.rpartition("/")[2].removesuffix(".yaml")
            text = self.files[name]
            self.files[path] = text if rng.random() < 0.2 else text.replace(f"id: {own}\n", f"id: {other}\n")
        elif what == "shared" and rng.random() < 0.3:
            self.files["posts/_variables.yaml"] = f"word: {rng.choice(['Cups', 'Pots'])}\n"
        elif what == "shared":
            self.config["more"] = rng.choice(["", "no_posts: [{from: 2026-11-27, to: 2026-11-28, reason: rest}]\n"])
        elif what == "other":
            self.files["posts/media/new.txt"] = "-" * rng.randint(1, 9)
        elif rng.random() < 0.2:
            self.files[name] = self.files[name].replace("channels:", "chanels:")

    def apply(self) -> None:
        """One run, and State as `apply` leaves it; none where the files have problems."""
        with GitTree(str(self.root), "HEAD") as tree:
            settings, problems = config.load(tree)
            assert settings is not None, problems
            loaded = posts.load(settings, tree, history=settled_history(self.shop.state))
        if loaded.judged():
            return
        self.shop.policy = settings.policy
        self.shop.apply(*loaded.intents)
        commit = self.git("rev-parse", "HEAD")
        here = settled.after(self.shop.state, self.shop.last, loaded, self.shop.site, commit)
        self.shop.state = replace(self.shop.state, commit=commit, settled=here, wix=WIX, service="wix")

    def dashboard(self) -> None:
        service, rng = self.shop.service, self.rng
        found = [item for item in service.truth().values() if item.status in (Status.SCHEDULED, Status.DRAFT)]
        if found:
            item = rng.choice(found)
            change: dict[str, Any] = rng.choice([{"fields": {"text": "By hand"}}, {"status": Status.CANCELED}])
            service.edit(item.id, **change)


def settled_history(state: State) -> frozenset[str]:
    return frozenset(key for key, known in state.records.items() if known.status.final)


def reviewed(monkeypatch: pytest.MonkeyPatch, root: Path, state: State, base: str, clock: Clock) -> Report:
    monkeypatch.setattr(Workspace, "store", lambda *_, **__: argparse.Namespace(load=lambda: state))
    arguments = argparse.Namespace(directory=str(root), site=None, revision=base)
    return diff.run(arguments, surroundings(clock))


def files(workspace: Workspace) -> set[str]:
    return {path for _, path in posts.files(workspace.settings, workspace.tree)}


def surroundings(clock: Clock) -> Environment:
    return Environment(variables={}, clock=clock, progress=lambda _: None, log=lambda _: None)


def told(report: Report) -> tuple[object, ...]:
    """All of a report but the posts that stay as they are, of which only the number counts."""
    sites = [replace(site, plan=None) for site in report.sites]
    plans = [site.plan for site in report.sites if site.plan is not None]
    return replace(report, sites=()), sites, [replace(plan, changes=_odd(plan)) for plan in plans], [
        sorted(changes.counts(plan.changes).items()) for plan in plans
    ]  # fmt: skip


def _odd(plan: Plan) -> tuple[Change, ...]:
    return tuple(change for change in plan.changes if change.kind is not ChangeKind.KEEP or change.reason)


@pytest.mark.parametrize("first", range(0, SEEDS, 4))
def test_every_diff_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int):
    """And a good part of the files was left unread, or the comparison would say nothing."""
    unread = 0
    for seed in range(first, first + 4):
        root = tmp_path / str(seed)
        root.mkdir()
        unread += _compared(root, monkeypatch, random.Random(seed))
    assert unread > 10


def _compared(root: Path, monkeypatch: pytest.MonkeyPatch, rng: random.Random) -> int:
    """Three reviews in the life of a site, each both ways; how many files were left unread."""
    unread = 0
    shelf = Shelf(root, rng, rng.choice(["wix", "wix", "wix", "local"]))
    shelf.files.update({"posts/_variables.yaml": "word: Cups\n"})
    shelf.files.update(shelf.post() for _ in range(rng.randint(4, 12)))
    shelf.commit()
    shelf.apply()
    for _ in range(rng.randint(0, 3)):
        step = rng.choice(["apply", "wait", "dashboard", "main"])
        if step == "wait":
            shelf.shop.service.clock.sleep(rng.choice([600, 3600, 86400, 3 * 86400]))
        elif step == "dashboard":
            shelf.dashboard()
        elif step == "main":
            shelf.mutate()
            shelf.commit()
        else:
            shelf.apply()
    for _ in range(3):
        base = shelf.git("rev-parse", "HEAD")
        for _ in range(rng.randint(0, 3)):
            shelf.mutate()
        shelf.commit()
        state, clock = shelf.shop.state, shelf.shop.service.clock
        whole = reviewed(monkeypatch, root, replace(state, settled=None), base, clock)
        assert told(reviewed(monkeypatch, root, state, base, clock)) == told(whole)
        workspace = open_head(str(root), surroundings(clock))
        left = settled.unread(workspace, files(workspace), {"main": state}, base, clock.now())
        unread += len(left.records)
    return unread


# What a first reader found: each of these hid something.


def written(name: str, day: str = "2026-12-01 08:00", text: str = "") -> str:
    return f"id: {name}\nschedule: {day}\ntext: {text or 'T' + name}\nchannels: [facebook]\n"


def same(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, base: str) -> Report:
    state, clock = shelf.shop.state, shelf.shop.service.clock
    whole = reviewed(monkeypatch, shelf.root, replace(state, settled=None), base, clock)
    short = reviewed(monkeypatch, shelf.root, state, base, clock)
    assert told(short) == told(whole)
    return short


def kinds(report: Report) -> list[str]:
    (site,) = report.sites
    assert site.plan is not None
    return sorted(change.kind for change in site.plan.changes)


def test_a_path_that_another_post_had_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shelf = Shelf(tmp_path, random.Random(0))
    shelf.files["posts/a.yaml"] = written("p1")
    shelf.commit()
    shelf.apply()
    shelf.files.update({"posts/b.yaml": written("p1", "2026-11-20 08:00"), "posts/a.yaml": written("other")})
    base = shelf.commit()
    shelf.apply()
    del shelf.files["posts/b.yaml"]
    shelf.commit()
    assert kinds(same(shelf, monkeypatch, base)) == ["cancel", "keep"]


def test_the_repair_of_an_id_that_stood_in_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shelf = Shelf(tmp_path, random.Random(0))
    shelf.files["posts/a.yaml"] = written("p1")
    shelf.commit()
    shelf.apply()
    shelf.files["posts/b.yaml"] = written("p1", text="Other")
    base = shelf.commit()
    shelf.apply()
    shelf.files["posts/b.yaml"] = written("p2", text="Other")
    shelf.commit()
    assert "cancel" not in kinds(same(shelf, monkeypatch, base))


def test_a_public_post_that_git_words_otherwise_by_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shelf = Shelf(tmp_path, random.Random(0))
    shelf.files["posts/a.yaml"] = written("p1", "2026-11-25 08:00")
    shelf.commit()
    shelf.apply()
    shelf.shop.service.clock.sleep(2 * 86400)
    shelf.apply()
    shelf.files["posts/a.yaml"] = written("p1", "2026-11-25 08:00", "Edited")
    base = shelf.commit()
    shelf.apply()
    shelf.files["posts/b.yaml"] = written("p2")
    shelf.commit()
    assert kinds(same(shelf, monkeypatch, base)) == ["create", "keep"]


# --- what an apply settles ----------------------------------------------------------------------

KEPT, DONE = ChangeKind.KEEP, OutcomeKind.DONE
PATH = intent().location.path
APART = {
    # intent, what is remembered of it, how its change ended, and whether its file has to be read again
    "left as it is": (intent(), record(), (KEPT, DONE, ""), False),
    "just scheduled": (intent(), record(), (ChangeKind.CREATE, DONE, ""), False),
    "public": (intent(), record(Status.PUBLISHED), (KEPT, DONE, ""), False),
    "public, and git says something else": (intent(), record(Status.PUBLISHED), (KEPT, DONE, "EDITED"), True),
    "public with other words": (intent(), record(Status.PUBLISHED, text="Older"), (KEPT, DONE, ""), True),
    "never confirmed": (intent(), None, (KEPT, DONE, ""), True),
    "failed to be written": (intent(), record(), (ChangeKind.UPDATE, OutcomeKind.FAILED, ""), True),
    "held": (intent(), record(), (ChangeKind.HOLD, OutcomeKind.SKIPPED, "CONFLICT"), True),
    "on its way out": (intent(), record(), (KEPT, DONE, "GOING-OUT"), True),
    "a draft": (intent(timing=DRAFT), record(Status.DRAFT), (KEPT, DONE, ""), True),
    "as soon as possible": (intent(timing=asap()), record(), (KEPT, DONE, ""), True),
    "called off": (intent(state=DesiredState.CANCELED), record(Status.CANCELED), (KEPT, DONE, ""), True),
    "a second attempt": (intent(attempt=2), None, (KEPT, DONE, ""), True),
    "with an exception": (intent(waivers=(WAIVER,)), record(), (KEPT, DONE, ""), True),
    "taken over": (intent(adopt="i1"), record(), (KEPT, DONE, ""), True),
    "at another time than git says": (
        intent(timing=at(AT, AT + timedelta(hours=2))),
        replace(record(), at=AT + timedelta(hours=1)),
        (KEPT, DONE, ""),
        True,
    ),
}


@pytest.mark.parametrize(("wanted", "known", "ended", "apart"), APART.values(), ids=APART)
def test_what_is_to_be_read_again(
    wanted: Intent, known: Record | None, ended: tuple[ChangeKind, OutcomeKind, str], apart: bool
):
    kind, outcome, reason = ended
    if known is not None:
        known = replace(known, path=wanted.location.path)
    state = State(site="main", records={known.key: known} if known is not None else {})
    change = Change(kind=kind, key=wanted.key, site="main", intent=wanted, reason=reason)
    code = ExitCode.OK if outcome is DONE else ExitCode.FAILED
    ended_so = Outcome(kind=outcome, change=change, exit_code=int(code))
    here = settled.after(state, [ended_so], loaded(wanted), SITE, "c1")
    assert here == Settled(commit="c1", tool=__version__, apart=frozenset({PATH} if apart else ()))


def loaded(*intents: Intent, problems: tuple[Problem, ...] = ()) -> Loaded:
    return Loaded(posts=len(intents), intents=intents, problems=problems)


def test_a_file_with_a_warning_or_with_what_git_no_longer_wants_is_read_again():
    old = replace(record(post_id="old"), path="posts/old.yaml")
    warned = Problem(code="W", message="", location=Location(path="posts/warned.yaml", line=1, column=1))
    elsewhere = replace(warned, location=Location(path="other/warned.yaml", line=1, column=1))
    here = settled.after(
        State(site="main", records={old.key: old}), [], loaded(problems=(warned, elsewhere)), SITE, "c1"
    )
    assert here is not None
    assert here.apart == {"posts/old.yaml", "posts/warned.yaml"}


def test_without_a_commit_nothing_is_settled():
    assert settled.after(State(site="main"), [], loaded(), SITE, "") is None


def test_only_another_commit_is_not_worth_saving():
    here = Settled(commit="c1", tool="1", apart=frozenset())
    before = State(site="main", at=NOW, settled=here)
    assert not worth_saving(before, replace(before, settled=replace(here, commit="c2", tool="2")))
    assert worth_saving(before, replace(before, settled=replace(here, apart=frozenset({PATH}))))
    assert worth_saving(replace(before, settled=None), before)


# --- what makes a review read everything --------------------------------------------------------


def of_one(root: Path) -> tuple[Shelf, str]:
    """A repository of one post that was applied, and its commit."""
    shelf = Shelf(root, random.Random(0))
    shelf.files["posts/b.yaml"] = "id: p1\nschedule: 2026-12-01 08:00\ntext: Words\nchannels: [facebook]\n"
    base = shelf.commit()
    shelf.apply()
    return shelf, base


SHARED = {
    # the path that differs, how, and whether a post that says the same may mean something else
    "a post": ("posts/a.yaml", "M", False),
    "a post that is gone": ("posts/a.yaml", "D", False),
    "the configuration": ("socialsync.yaml", "M", True),
    "variables": ("posts/_variables.yaml", "A", True),
    "a new picture": ("posts/media/a.jpg", "A", False),
    "another picture": ("posts/media/a.jpg", "M", True),
    "a picture that is gone": ("posts/media/a.jpg", "D", True),
    "a new channel": ("channels/x/post.json", "A", True),
    "a post in no site's folder": ("other/a.yaml", "A", True),
}


@pytest.mark.parametrize(("path", "way", "shared"), SHARED.values(), ids=SHARED)
def test_what_posts_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, way: str, shared: bool):
    shelf, base = of_one(tmp_path)
    workspace = open_head(str(tmp_path), surroundings(Clock()))
    monkeypatch.setattr(settled.git, "changes", lambda *_: {path: way})
    left = settled.unread(workspace, files(workspace), {"main": shelf.shop.state}, base, NOW)
    assert set(left.records) == (set() if shared else {"posts/b.yaml"})


def test_another_version_or_a_commit_that_is_not_here_reads_everything(tmp_path: Path):
    shelf, base = of_one(tmp_path)
    state = shelf.shop.state
    assert state.settled is not None
    workspace = open_head(str(tmp_path), surroundings(Clock()))
    older = replace(state, settled=replace(state.settled, tool="0.0.1"))
    lost = replace(state, settled=replace(state.settled, commit="0" * 40))
    moved = replace(state, namespace="else")
    assert settled.unread(workspace, files(workspace), {"main": state}, base, NOW).records
    for each in (older, lost, moved, replace(state, settled=None)):
        assert not settled.unread(workspace, files(workspace), {"main": each}, base, NOW).records
    assert not settled.unread(workspace, files(workspace), {"main": state}, "", NOW).records
