"""YAML files as documents: plain data, and where each value stands; or everything that is wrong with them.

Nodes know where they stand, so a place costs nothing until a message asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from socialsync.model.problems import Location, Problem
from socialsync.source import characters, rawtext
from socialsync.source.comments import PLAIN
from socialsync.source.nodes import MAX_DEPTH, Finding, Judge, Parser
from socialsync.source.words import name_of, shown

Path = tuple[str | int, ...]
"""Where a value stands in the data: `("channels", "instagram", "media", 0, "file")`."""

POST_BYTES = 64 * 1024
_BOM = "\ufeff"
_MAX_PROBLEMS = 100  # per file; more would hide the first


class Document:
    """One YAML file: its `data`, and where in the text each value stands."""

    __slots__ = ("_root", "data", "path", "refused", "sound", "text")

    def __init__(self, *, path: str, text: str, data: Any, root: Node | None) -> None:
        self.path = path
        self.text = text
        self.data = data
        self.sound = True  # whether nothing is wrong with its form
        self.refused: frozenset[Path] = frozenset()  # of which values a Problem says that they are not as meant
        self._root = root

    def unsound(self, data: Any, refused: Iterable[Path]) -> Document:
        """The same file, whose form is wrong: only `data` is to be judged."""
        document = Document(path=self.path, text=self.text, data=data, root=self._root)
        document.sound = False
        document.refused = frozenset(refused)
        return document

    def at(self, path: Path) -> Any:
        """The value at `path`, which must exist."""
        value = self.data
        for step in path:
            value = value[step]
        return value

    def place(self, path: Path = ()) -> Location:
        """The place of a value; of the nearest value around it that exists."""
        return self._at(self._walk(path)[1])

    def key_place(self, path: Path) -> Location:
        """The place of a mapping's key (of the value, in a list)."""
        return self._at(self._walk(path)[0])

    def places(self, path: Path) -> list[Location]:
        """The places of a mapping's keys, or of a list's entries, in order."""
        node = self._walk(path)[1]
        if isinstance(node, MappingNode):
            return [self._at(key) for key, _ in node.value]
        return [self._at(entry) for entry in node.value] if isinstance(node, SequenceNode) else []

    def text_place(self, path: Path, offset: int) -> Location:
        """The place of the character `offset` of a text value; of the value where that cannot be told exactly."""
        _, node = self._walk(path)
        if not isinstance(node, ScalarNode) or not isinstance(node.value, str):
            return self._at(node)
        before = node.value[:offset]
        line, column = before.count("\n"), offset - (before.rfind("\n") + 1)
        start = node.start_mark
        if node.style == "|":
            lines = self.text.split("\n")
            first = start.line + 1
            indent = next((len(x) - len(x.lstrip(" ")) for x in lines[first:] if x.strip()), 0)
            return Location(path=self.path, line=first + line + 1, column=indent + column + 1)
        quote = 1 if node.style in ("'", '"') else 0
        written = self.text[start.index + quote :]
        if written.startswith(before):
            return Location(path=self.path, line=start.line + 1 + line, column=start.column + quote + column + 1)
        return self._at(node)

    def quoted(self, path: Path) -> str:
        """The line of a plain value with the value in quotes, ready to paste; "" if it is none."""
        _, node = self._walk(path)
        if not isinstance(node, ScalarNode) or node.style != PLAIN or node.start_mark.index == node.end_mark.index:
            return ""
        line = self.text.split("\n")[node.start_mark.line].rstrip("\r")
        start, end = node.start_mark.column, node.end_mark.column
        return f'{line[:start]}"{line[start:end]}"{line[end:]}'

    def _walk(self, path: Path) -> tuple[Node | None, Node | None]:
        key = value = self._root
        for step in path:
            if isinstance(value, MappingNode):
                pair = next((pair for pair in value.value if pair[0].value == step), None)
                if pair is None:
                    return key, value
                key, value = pair
            elif isinstance(value, SequenceNode) and isinstance(step, int) and step < len(value.value):
                key = value = value.value[step]
            else:
                break
        return key, value

    def _at(self, node: Node | None) -> Location:
        if node is None:
            return Location(path=self.path, line=1, column=1)
        return Location(path=self.path, line=node.start_mark.line + 1, column=node.start_mark.column + 1)


def read(
    data: bytes, path: str, *, prose: bool = True, limit: int = POST_BYTES
) -> tuple[Document | None, list[Problem]]:
    """The document in `data`, or everything that is wrong with it as YAML (then no document).

    `prose`: the file holds texts for people, so a comment behind an unquoted one is refused (a hashtag would vanish).
    """
    document, problems = parse(data, path, prose=prose, limit=limit)
    return None if problems else document, problems


def parse(
    data: bytes, path: str, *, prose: bool = True, limit: int = POST_BYTES
) -> tuple[Document | None, list[Problem]]:
    """What `read` finds wrong, and the document as far as it can be read in spite of that: `refused` names the values
    that are not as they were meant."""
    if len(data) > limit:
        message = f"The file is longer than the {limit:,} bytes that are read."
        return None, [
            _problem("E-FILE-SIZE", message, path, 1, 1, "Split it, and keep pictures in files of their own.")
        ]
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return None, [rawtext.not_utf8(data, path, error)]
    problems: list[Problem] = []
    if not rawtext.is_fine(data):
        problems += islice(rawtext.problems(text, path), _MAX_PROBLEMS)
    if problems:
        if rawtext.breaks_lines(text):
            return None, problems
        text = text.removeprefix(_BOM)
        data = text.encode()
    parser = Parser(data)
    try:
        root = parser.get_single_node()
    except yaml.YAMLError as error:
        from socialsync.source import syntax  # nearly every run does without

        return None, problems or syntax.explain(error, text, path)
    finally:
        parser.dispose()
    found: list[Finding] = []
    judge = Judge(text, found, prose)
    value = None if root is None else judge.value(root, 0)
    document = Document(path=path, text=text, data=value, root=root)
    escapes = list(islice(_bad_escapes(document), _MAX_PROBLEMS)) if "\\" in text else []
    if not (problems or found or escapes):
        return document, []
    refused = _mistaken(root, found, [problem.location for problem in problems])
    problems += [_worded(each, text, path) for each in [*dict.fromkeys(found)][:_MAX_PROBLEMS]]
    problems += [problem for _, problem in escapes]
    refused |= {where for where, _ in escapes}
    return document.unsound(value, refused), sorted(problems, key=lambda problem: problem.location)[:_MAX_PROBLEMS]


def _mistaken(root: Node | None, found: Iterable[Finding], places: list[Location]) -> set[Path]:
    """Where the values stand that the findings, and the raw text's problems at `places`, are about."""
    codes = {id(each.node): each.code for each in found}
    signs = [(place.line - 1, place.column - 1) for place in places]
    mistaken: set[Path] = set()

    def walk(path: Path, key: Node | None, node: Node) -> None:
        start, end = (key or node).start_mark, node.end_mark
        code = codes.get(id(key)) or codes.get(id(node))
        inside = isinstance(node, ScalarNode) and any(
            (start.line, start.column) <= sign < (end.line, end.column) for sign in signs
        )
        if code == "E-YAML-DUPLICATE-KEY" and isinstance(node, MappingNode):
            return  # the first one still says what it says, each of its fields for itself
        if code or inside:
            mistaken.add(path)
        elif isinstance(node, MappingNode):
            for name, value in node.value:
                walk((*path, name.value if isinstance(name, ScalarNode) else ""), name, value)
        elif isinstance(node, SequenceNode):
            for index, value in enumerate(node.value):
                walk((*path, index), None, value)

    if root is not None:
        walk((), None, root)
    return mistaken


def _worded(finding: Finding, text: str, path: str) -> Problem:
    from socialsync.source import hints  # nearly every run does without

    code, node, name, comment = finding
    if comment is not None:
        return hints.vanishing_comment(text, path, comment)
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    match code:
        case "E-YAML-ANCHOR" | "E-YAML-TAG":
            return hints.swallowed_word(code, text, path, line=line, column=column)
        case "E-YAML-DUPLICATE-KEY":
            message, hint = f"{shown(name)} is written twice; only one of them could count.", "Keep one of the two."
        case "E-YAML-MERGE":
            message, hint = "“<<” copies fields from elsewhere and hides what goes out.", "Write the fields out."
        case "E-YAML-KEY" if text[node.start_mark.index - 1 : node.start_mark.index + 1] == "{{":
            return hints.template_first(text, path, line=line, column=column - 1)
        case "E-YAML-KEY":
            message, hint = "A field's name must be a plain, short text.", "Write “name: value”."
        case _:
            message, hint = f"More than {MAX_DEPTH} levels inside each other.", "A post needs four."
    return _problem(code, message, path, line, column, hint)


def _bad_escapes(document: Document) -> Iterator[tuple[Path, Problem]]:
    """Characters that a quoted text names by an escape (`\\u202e`) are judged like those that stand in the file."""
    for path, value in _strings(document.data, ()):
        for index in characters.refused(value):
            place = document.place(path)
            message = f"An escape in this text stands for {name_of(value[index])}, which no post may hold."
            hint = "Delete the escape."
            yield path, _problem("E-YAML-CHARACTER", message, place.path, place.line, place.column, hint)


def _strings(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    match data:
        case str():
            yield path, data
        case dict():
            for key, value in data.items():
                yield path, key
                yield from _strings(value, (*path, key))
        case list():
            for index, value in enumerate(data):
                yield from _strings(value, (*path, index))
        case _:
            pass


def _problem(code: str, message: str, path: str, line: int, column: int, hint: str) -> Problem:
    return Problem(code=code, message=message, location=Location(path=path, line=line, column=column), hint=hint)
