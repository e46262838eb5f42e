"""All posts of a tree as Intents, with everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from socialsync.cells import Cells
from socialsync.config import Settings
from socialsync.model import Intent, Location, Problem, Site
from socialsync.source import documents, schemas
from socialsync.source.attachments import Attachments
from socialsync.source.documents import Document, Path
from socialsync.source.targets import Post, Reader
from socialsync.source.tree import Entry, Tree
from socialsync.source.words import shown

VARIABLES = "_variables.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What a tree wants. `problems` are always judged; `findings` (by key) only for targets that are not history."""

    posts: int
    intents: tuple[Intent, ...]
    problems: tuple[Problem, ...]
    findings: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)

    def judged(self, keys: Container[str] | None = None) -> tuple[Problem, ...]:
        """The problems and the findings of the targets in `keys` (of all: None), each once, by place."""
        found = [
            finding for key, findings in self.findings.items() if keys is None or key in keys for finding in findings
        ]
        return tuple(sorted(dict.fromkeys([*self.problems, *found]), key=lambda p: (p.location, p.code, p.message)))


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
    reader = Reader(settings, Attachments(tree, known_media), history)
    check = schemas.post_validator(settings.cells)
    intents: list[Intent] = []
    problems: list[Problem] = []
    findings: dict[str, tuple[Problem, ...]] = {}
    places: dict[str, Location] = {}
    count = 0
    for site in settings.sites.values():
        shared, wrong = _variables(tree, site)
        problems += wrong
        ids: dict[str, str] = {}
        for path in tree.paths(site.posts):
            name = path.rpartition("/")[2]
            if (
                name.startswith("_")
                or not name.lower().endswith((".yaml", ".yml"))
                or (only is not None and path not in only)
            ):
                continue
            count += 1
            document, wrong = _document(tree, path)
            problems += wrong
            if document is None:
                continue
            if not check.is_valid(document.data):
                problems += _explained(document, check, settings.cells)
                continue
            post = Post(document, site, settings, shared)
            if ids.setdefault(post.id, path) is not path:
                problems.append(_same_id(post, ids[post.id]))
                continue
            for intent, found in reader.intents(post):
                other = places.setdefault(intent.key, intent.location)
                if other is not intent.location:
                    post.problems.append(_same_key(intent, other))
                    continue
                intents.append(intent)
                if found:
                    findings[intent.key] = tuple(found)
            problems += post.problems
            if "variables" in document.data:
                problems += _bad_values(document.data["variables"], document, ("variables",))
    problems.sort(key=lambda problem: (problem.location, problem.code, problem.message))
    return Loaded(posts=count, intents=tuple(intents), problems=tuple(dict.fromkeys(problems)), findings=findings)


def _document(tree: Tree, path: str) -> tuple[Document | None, list[Problem]]:
    if not path.endswith(".yaml"):
        hint = f"Rename it to {shown(path.rpartition('.')[0] + '.yaml')}, or start its name with “_” to leave it out."
        return None, [_whole_file("E-FILE-NAME", "A post's file ends in “.yaml”.", path, hint)]
    data = tree.read(path, documents.POST_BYTES)
    if data is not None:
        return documents.read(data, path)
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
    return document.data, [*_bad_values(document.data, document, ())]


def _bad_values(data: Any, document: Document, path: Path) -> Iterator[Problem]:
    match data:
        case str() | int():
            return
        case dict():
            for name, value in data.items():
                yield from _bad_values(value, document, (*path, name))
        case _:
            message = f"{shown(path[-1])} is {shown(data)}; a value is a text, a number, or a group of them."
            place = document.place(path)
            yield Problem(code="E-VARIABLES", message=message, location=place, hint="Like “percent: 20”.")


_CODES = {
    "additionalProperties": "E-FIELD-UNKNOWN",
    "required": "E-FIELD-REQUIRED",
    "type": "E-FIELD-TYPE",
}


def _explained(document: Document, check: schemas.Validator, cells: Cells) -> Iterator[Problem]:
    """Why a file is not a post, in words, each with its place."""
    for path, keyword, message, hint in check.explain(document.data):
        code = _CODES.get(keyword, "E-FIELD-VALUE")
        place = document.key_place(path) if keyword == "additionalProperties" else document.place(path)
        replacement = ""
        if len(path) == 2 and path[0] == "channels" and keyword in ("additionalProperties", "pattern"):
            written = path[1] if isinstance(path[1], str) else document.data["channels"][path[1]]
            code = "E-CHANNEL"
            message, hint = _about_channel(written, message, hint, cells)
        elif path == ("id",) and keyword == "pattern":
            code = "E-ID"
        elif keyword == "type":
            replacement = document.quoted(path)
        yield Problem(code=code, message=message, location=place, hint=hint, replacement=replacement)


def _about_channel(written: str, message: str, hint: str, cells: Cells) -> tuple[str, str]:
    """What a channel file knows about a name that is none: the service's own name of a channel, or another word."""
    channel, _, type_ = written.partition("@")[0].partition("/")
    meant = next((cell for cell in cells if cell.wire.channel.lower() == channel.lower()), None)
    if meant is not None and cells.of_channel(channel) == ():
        return (meant.closed, "") if meant.closed else (message, f"Did you mean “{meant.channel}”?")
    for cell in cells.of_channel(channel):
        said = str(cell.schema["properties"].get("media", {}).get("description", ""))
        if type_ and type_ in said.lower():
            return message, f"Write “{cell.channel if cell.default else cell.name}”: {said}"
    return message, hint


def _same_id(post: Post, other: str) -> Problem:
    message = f"The id {shown(post.id)} is taken by {other}."
    hint = "An id names one post for life: give this one its own."
    return Problem(code="E-ID-TWICE", message=message, location=post.document.place(("id",)), hint=hint)


def _same_key(intent: Intent, other: Location) -> Problem:
    message = f"This target would be the same item as the one at {other}."
    hint = "Give the post another id, or take “key” out of one of the two."
    return Problem(code="E-KEY-TWICE", message=message, location=intent.location, hint=hint)


def _whole_file(code: str, message: str, path: str, hint: str) -> Problem:
    return Problem(code=code, message=message, location=Location(path=path, line=1, column=1), hint=hint)
