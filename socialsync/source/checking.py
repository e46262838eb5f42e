"""`validate` of many posts: the same judgement as `posts.load`, shared among processes where that pays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from socialsync.config import Settings
from socialsync.model.problems import Problem
from socialsync.model.sites import Site
from socialsync.source import clashes, forking, paths, posts
from socialsync.source.forking import CAN_FORK, WORTH_A_FORK
from socialsync.source.tree import WorkTree


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """What `validate` says: how much was looked at, and everything that is wrong, by place."""

    posts: int
    targets: int
    problems: tuple[Problem, ...]


Findings = tuple[dict[str, list[str]], list[Problem]]


def check(
    settings: Settings,
    tree: WorkTree,
    *,
    history: Container[str] = (),
    processes: int = 1,
    below: Collection[str] = (".",),
) -> Checked:
    """Every post of the work tree, by up to `processes` processes (forked; one where the system cannot).

    `history`: keys of which only form and clashes are judged, as in `posts.load`. `below`: the paths whose posts are
    counted; what is wrong is told of all.
    """
    named = posts.files(settings, tree)
    if len(named) < WORTH_A_FORK or not CAN_FORK:
        processes = 1

    def judged(number: int) -> Findings:
        return posts.judge(settings, tree, named[number::processes], history=history)

    # The forked ones first, so that they are at work while this process does its own part.
    others = [forking.started(partial(judged, number)) for number in range(1, processes)]
    parts = [judged(0), *(other.result() for other in others)]
    names = {path: mine for part in parts for path, mine in part[0].items()}
    problems = [problem for part in parts for problem in part[1]]
    problems += posts.beside(settings, tree)
    seen = {name for mine in names.values() for name in mine}
    if len(seen) < sum(map(len, names.values())):
        problems += _clashes(settings, tree, named, names)
    if "." not in below:
        named = [(site, path) for site, path in named if paths.inside(path, below)]
        names = {path: mine for path, mine in names.items() if paths.inside(path, below)}
        seen = {name for mine in names.values() for name in mine}
    keys = len(seen) - len({mine[0] for mine in names.values() if mine})
    return Checked(posts=len(named), targets=keys, problems=posts.ordered(problems))


def _clashes(
    settings: Settings, tree: WorkTree, named: Sequence[tuple[Site, str]], names: Mapping[str, Sequence[str]]
) -> list[Problem]:
    """What is wrong with names that several have. Where they stand is asked of those few files alone, once more."""
    count = Counter(name for mine in names.values() for name in mine)
    again = [(site, path) for site, path in named if any(count[name] > 1 for name in names.get(path, ()))]
    part = posts.read(settings, tree, again)
    return clashes.found(part.ids, [(intent.key, intent.location) for intent in part.intents])
