"""All posts of a tree as Intents, with everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from socialsync.cells import Cells
from socialsync.config import Settings
from socialsync.model.intents import Intent
from socialsync.model.problems import Location, Problem
from socialsync.model.sites import Site
from socialsync.source import clashes, documents, paths, remains, schemas, strays
from socialsync.source.attachments import Attachments
from socialsync.source.documents import Document
from socialsync.source.post import Post
from socialsync.source.structure import bad_values, explained
from socialsync.source.targets import Reader
from socialsync.source.tree import Entry, Tree
from socialsync.source.words import shown

VARIABLES = "_variables.yaml"
# So many files take each step side by side: a fifth faster than each file by itself, as the step's code and data stay
# in the processor's nearest cache.
_TOGETHER = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What a tree wants. `problems` are always judged; `findings` (by key) only for targets that are not history.

    Where `judged` names an error the intents are there to be counted and named, never to be carried out.
    """

    posts: int
    intents: tuple[Intent, ...]
    problems: tuple[Problem, ...]
    findings: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)

    def judged(self, keys: Container[str] | None = None) -> tuple[Problem, ...]:
        """The problems and the findings of the targets in `keys` (of all: None), each once, by place."""
        found = [
            finding for key, findings in self.findings.items() if keys is None or key in keys for finding in findings
        ]
        return ordered([*self.problems, *found])


def load(
    settings: Settings,
    tree: Tree,
    *,
    history: Container[str] = (),
    known_media: Mapping[str, str] = {},
    only: Container[str] | None = None,
) -> Loaded:
    """Every post of every site, complete: all problems at once, sorted.

    `history`: keys that are final at the service; nothing about them is judged but form and clashes. `known_media`: git
    blob id -> SHA-256 of files that history need not read again. `only`: paths to look at, all others count as absent.
    """
    named = [(site, path) for site, path in files(settings, tree) if only is None or path in only]
    return whole(settings, tree, len(named), read(settings, tree, named, history=history, known_media=known_media))


def whole(settings: Settings, tree: Tree, count: int, part: Part) -> Loaded:
    """What the `count` files of `part` want together, clashes found."""
    found = clashes.found(part.ids, [(intent.key, intent.location) for intent in part.intents])
    by_key = {intent.key: intent for intent in reversed(part.intents)}  # the first of a key
    intents = tuple(part.intents if len(by_key) == len(part.intents) else reversed(by_key.values()))
    problems = ordered([*beside(settings, tree), *part.problems, *found])
    return Loaded(posts=count, intents=intents, problems=problems, findings=part.findings)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What some of the files say; clashes between them and others are still to be found."""

    ids: list[tuple[str, str, Location]]  # site, post id, place
    intents: list[Intent]
    problems: list[Problem]
    findings: dict[str, tuple[Problem, ...]]


def files(settings: Settings, tree: Tree) -> list[tuple[Site, str]]:
    """The post files of every site, in order; those with a wrong ending too, so that none is skipped silently."""
    found: list[tuple[Site, str]] = []
    for site in settings.sites.values():
        for path in tree.paths(site.posts):
            if paths.names_a_post(path.rpartition("/")[2]):
                found.append((site, path))
    return found


def read(
    settings: Settings,
    tree: Tree,
    named: Iterable[tuple[Site, str]],
    *,
    history: Container[str] = (),
    known_media: Mapping[str, str] = {},
) -> Part:
    """The posts in these files, each judged by itself."""
    reader = Reader(settings, Attachments(tree, known_media), history)
    part = Part(ids=[], intents=[], problems=[], findings={})
    for post in _posts(settings, tree, named, part.problems):
        if ("id",) not in post.document.refused:
            part.ids.append((post.site.name, post.id, post.document.place(("id",))))
        if not post.document.sound:
            part.problems.extend(_of_remains(post, reader, settings))
            continue
        for intent, findings in reader.intents(post):
            part.intents.append(intent)
            if findings:
                part.findings[intent.key] = part.findings.get(intent.key, ()) + tuple(findings)
        part.problems.extend(post.problems)
    return part


def judge(
    settings: Settings, tree: Tree, named: Iterable[tuple[Site, str]], *, history: Container[str] = ()
) -> tuple[dict[str, list[str]], list[Problem]]:
    """What `read` finds wrong with these files, and by path the names that no other file may have: the post's with its
    site, and the keys of its targets."""
    reader = Reader(settings, Attachments(tree, {}), history)
    names: dict[str, list[str]] = {}
    problems: list[Problem] = []
    for post in _posts(settings, tree, named, problems):
        mine = names[post.document.path] = []
        if ("id",) not in post.document.refused:
            mine.append(f"{post.site.name}/{post.id}")
        if not post.document.sound:
            problems += _of_remains(post, reader, settings)
            continue
        for key, findings in reader.judged(post):
            mine.append(key)
            problems += findings
        problems += post.problems
    return names, problems


def _posts(
    settings: Settings, tree: Tree, named: Iterable[tuple[Site, str]], problems: list[Problem]
) -> Iterator[Post]:
    """The posts in these files; what is wrong with a file's form goes to `problems`, and only what remains of it is
    yielded (its document names what was `refused`)."""
    check = schemas.post_validator(settings.cells)
    shared = {name: _variables(tree, site)[0] for name, site in settings.sites.items()}
    named = list(named)
    tree.expect(path for _, path in named)
    for start in range(0, len(named), _TOGETHER):
        batch = named[start : start + _TOGETHER]
        parsed = [_document(tree, path) for _, path in batch]
        judged = [_of_form(document, wrong, check, settings.cells) for document, wrong in parsed]
        problems += [problem for _, wrong in judged for problem in wrong]
        yield from [
            Post(document, site, settings, shared[site.name])
            for (site, _), (document, _) in zip(batch, judged, strict=True)
            if document is not None
        ]


def _of_form(
    document: Document | None, wrong: list[Problem], check: schemas.Validator, cells: Cells
) -> tuple[Document | None, list[Problem]]:
    """The document, or what remains of it where its form is wrong; and all that is wrong with its form."""
    if document is None or (not wrong and check.is_valid(document.data)):
        return document, wrong
    reasons = check.explain(document.data)
    return remains.of(document, reasons, check, cells), [*wrong, *explained(document, reasons, check, cells)]


def _of_remains(post: Post, reader: Reader, settings: Settings) -> Iterator[Problem]:
    """What is wrong with the rest of a file whose form is wrong; its targets are judged, and are no Intents."""
    found = [finding for _, findings in reader.judged(post) for finding in findings]
    for problem in (*post.problems, *found):
        if not remains.follows(problem, post.document, settings.cells):
            yield problem


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, by place."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.location, p.code, p.message)))


def beside(settings: Settings, tree: Tree) -> list[Problem]:
    """What is wrong beside the posts: with the sites' `_variables.yaml`, and posts that lie in no site's folder."""
    shared = [problem for site in settings.sites.values() for problem in _variables(tree, site)[1]]
    return shared + strays.problems(settings, tree)


def _document(tree: Tree, path: str) -> tuple[Document | None, list[Problem]]:
    if not paths.is_text(path):
        hint = "Rename it: letters, digits and “-” are enough."
        return None, [_whole_file("E-FILE-NAME", "The name of this file is not UTF-8.", path, hint)]
    if not path.endswith(".yaml"):
        hint = f"Rename it to {shown(paths.as_a_post(path))}, or start its name with “_” to leave it out."
        return None, [_whole_file("E-FILE-NAME", "A post's file ends in “.yaml”.", path, hint)]
    data = tree.read(path, documents.POST_BYTES)
    if data is not None:
        return documents.parse(data, path)
    if tree.entry(path) is Entry.LINK:
        message = "This is a symbolic link."
        return None, [_whole_file("E-FILE-LINK", message, path, "Commit the file itself.")]
    return None, [_whole_file("E-FILE-READ", "This is not a file that can be read.", path, "Take it away.")]


def _variables(tree: Tree, site: Site) -> tuple[Mapping[str, Any], list[Problem]]:
    """The values of `_variables.yaml` in the site's folder; none if there is no such file."""
    path = site.posts + VARIABLES
    data = tree.read(path, documents.POST_BYTES)
    if data is None:
        return {}, []
    document, problems = documents.read(data, path)
    if document is None or document.data is None:
        return {}, problems
    if not isinstance(document.data, dict):
        return {}, [_whole_file("E-VARIABLES", "This file holds “name: value” lines.", path, "Like “shop: Acme”.")]
    return document.data, [*bad_values(document.data, document, ())]


def _whole_file(code: str, message: str, path: str, hint: str) -> Problem:
    return Problem(code=code, message=message, location=Location(path=path, line=1, column=1), hint=hint)
