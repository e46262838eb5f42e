"""YAML bytes as plain data, strictly: what is not plainly text, number, truth value, list or mapping is refused.

PyYAML's C parser composes the nodes; the constructor here is our own, because a post needs little and must not be
surprised: strings stay strings (`no`, `12:30`, `2026-12-01`), only true, false, null and decimal integers resolve.
Nodes know where they stand, so a place costs nothing until a message asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml._yaml import CParser
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from socialsync.model import Location, Problem
from socialsync.source import characters, hints
from socialsync.source.words import name_of, shown

Path = tuple[str | int, ...]
"""Where a value stands in the data: `("channels", "instagram", "media", 0, "file")`."""

POST_BYTES = 64 * 1024
MAX_DEPTH = 20
_MAX_PROBLEMS = 100  # per file; more would hide the first
_HIDING = " " * 80  # a gap in a line that pushes what follows out of a reviewer's sight

_PLAIN = "plain"
_QUOTED = "quoted"
_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}  # type: ignore[dict-item]
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\Z").match
_DIGITS = frozenset("-0123456789")

PROSE = frozenset({"text", "title", "alt"})
_NEVER_PROSE = frozenset(
    {"id", "schedule", "until", "timezone", "link", "file", "wix", "state", "adopt", "key", "rule", "for"}
)
_COMMENT = re.compile(r"[ ]*(?:\r?\n[ ]*)*#")


class _Parser(CParser):
    """PyYAML's C parser without its resolver: tags are settled by `_value`, in one look-up."""

    def __init__(self, data: bytes) -> None:
        CParser.__init__(self, data)

    def descend_resolver(self, parent: object, index: object) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass

    def resolve(self, kind: type, value: object, implicit: Any) -> str:  # noqa: ARG002
        return _PLAIN if kind is ScalarNode and implicit[0] else _QUOTED


class Document:
    """One YAML file: its `data`, and where in the text each value stands."""

    __slots__ = ("_root", "data", "path", "text")

    def __init__(self, *, path: str, text: str, data: Any, root: Node | None) -> None:
        self.path = path
        self.text = text
        self.data = data
        self._root = root

    def place(self, path: Path = ()) -> Location:
        """The place of a value; of the nearest value around it that exists."""
        return self._at(self._walk(path)[1])

    def key_place(self, path: Path) -> Location:
        """The place of a mapping's key (of the value, in a list)."""
        return self._at(self._walk(path)[0])

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
        if not isinstance(node, ScalarNode) or node.tag is not _PLAIN or node.start_mark.index == node.end_mark.index:
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
    if len(data) > limit:
        message = f"The file is {len(data):,} bytes long; at most {limit:,} are read."
        return None, [
            _problem("E-FILE-SIZE", message, path, 1, 1, "Split it, and keep pictures in files of their own.")
        ]
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return None, [_not_utf8(data, path, error)]
    problems = list(_bad_characters(data, text, path))
    if problems:
        return None, problems[:_MAX_PROBLEMS]
    parser = _Parser(data)
    try:
        root = parser.get_single_node()
    except yaml.YAMLError as error:
        return None, [hints.explain_syntax(error, text, path)]
    finally:
        parser.dispose()
    found: list[tuple[str, Node, str]] = []
    judge = _Judge(text, found, prose)
    value = None if root is None else judge.value(root, 0)
    if found or "\\" in text:
        problems = [_worded(code, node, extra, text, path) for code, node, extra in dict.fromkeys(found)]
        document = Document(path=path, text=text, data=value, root=root)
        problems += _bad_escapes(document)
    if problems:
        return None, sorted(problems, key=lambda problem: problem.location)[:_MAX_PROBLEMS]
    return Document(path=path, text=text, data=value, root=root), []


class _Judge:
    """Builds plain data from nodes and notes what is refused, in one walk."""

    __slots__ = ("comments", "found", "properties", "text")

    def __init__(self, text: str, found: list[tuple[str, Node, str]], prose: bool) -> None:
        self.text = text + "\n"  # an empty value at the very end stands behind the text
        self.found = found
        self.properties = "&" in text or "!" in text
        self.comments = prose and "#" in text

    def value(self, node: Node, depth: int) -> Any:
        if self.properties and self.text[node.start_mark.index] in "&!":
            # The anchor's or tag's letters would vanish from the text. Not descending also disarms alias bombs.
            self.found.append(("E-YAML-ANCHOR" if self.text[node.start_mark.index] == "&" else "E-YAML-TAG", node, ""))
            return None
        kind = type(node)
        if kind is ScalarNode:
            value = node.value
            if node.tag is not _PLAIN:
                return value
            if value in _WORDS:
                return _WORDS[value]
            return int(value) if value[0] in _DIGITS and _INTEGER(value) else value
        if depth >= MAX_DEPTH:
            self.found.append(("E-YAML-DEPTH", node, ""))
            return None
        if isinstance(node, MappingNode):
            return self.mapping(node, depth + 1)
        return [self.value(item, depth + 1) for item in node.value]

    def mapping(self, node: MappingNode, depth: int) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if type(key_node) is not ScalarNode:
                self.found.append(("E-YAML-KEY", key_node, ""))
                continue
            key = key_node.value
            if key in built or key == "<<" or (self.properties and self.text[key_node.start_mark.index] in "&!"):
                self.found.append((self.refusal(key_node, built), key_node, key))
                continue
            value = built[key] = self.value(value_node, depth)
            if self.comments and type(value_node) is ScalarNode and value_node.tag is _PLAIN:
                self.comment(key_node, value_node, value)
        return built

    def refusal(self, node: ScalarNode, built: dict[str, Any]) -> str:
        match self.text[node.start_mark.index]:
            case "&":
                return "E-YAML-ANCHOR"
            case "!":
                return "E-YAML-TAG"
            case _:
                return "E-YAML-DUPLICATE-KEY" if node.value in built else "E-YAML-MERGE"

    def comment(self, key_node: ScalarNode, node: ScalarNode, value: Any) -> None:
        key = key_node.value
        if not (isinstance(value, str) or key in PROSE) or key in _NEVER_PROSE:
            return
        found = _COMMENT.match(self.text, node.end_mark.index)
        if found is None:
            return
        hash_at = found.end() - 1
        deeper = hash_at - (self.text.rfind("\n", 0, hash_at) + 1) > key_node.start_mark.column
        hashtag = self.text[hash_at + 1 : hash_at + 2].strip() != ""
        if deeper and (key in PROSE or hashtag):
            self.found.append(("E-YAML-COMMENT", node, str(hash_at)))


def _worded(code: str, node: Node, extra: str, text: str, path: str) -> Problem:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    match code:
        case "E-YAML-COMMENT":
            return hints.vanishing_comment(text, path, key_line=node.start_mark.line, hash_at=int(extra))
        case "E-YAML-ANCHOR" | "E-YAML-TAG":
            return hints.swallowed_word(code, text, path, line=line, column=column)
        case "E-YAML-DUPLICATE-KEY":
            message, hint = f"{shown(extra)} is written twice; only one of them could count.", "Keep one of the two."
        case "E-YAML-MERGE":
            message, hint = "“<<” copies fields from elsewhere and hides what goes out.", "Write the fields out."
        case "E-YAML-KEY":
            message, hint = "A field's name must be plain text.", "Write “name: value”."
        case _:
            message, hint = f"More than {MAX_DEPTH} levels inside each other.", "A post needs four."
    return _problem(code, message, path, line, column, hint)


def _not_utf8(data: bytes, path: str, error: UnicodeDecodeError) -> Problem:
    before = data[: error.start]
    line, column = before.count(b"\n") + 1, len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    message = "The file is saved as UTF-16." if wide else f"The byte 0x{data[error.start]:02X} here is not UTF-8."
    return _problem("E-YAML-ENCODING", message, path, line, column, "Save the file as UTF-8.")


def _bad_characters(data: bytes, text: str, path: str) -> Iterator[Problem]:
    if text.startswith("\ufeff"):
        hint = "Save the file as “UTF-8” and not as “UTF-8 with BOM”."
        yield _problem("E-YAML-BOM", "The file starts with a byte order mark.", path, 1, 1, hint)
        return
    if not characters.is_plain_ascii(data):
        for index in characters.refused(text):
            line, column = _line_column(text, index)
            message = f"{name_of(text[index])} cannot be seen in a review, or ends a line for some readers only."
            yield _problem("E-YAML-CHARACTER", message, path, line, column, "Delete this character.")
    if "\t" in text:
        for number, written in enumerate(text.split("\n"), 1):
            if "\t" in written:
                yield hints.tab(written, path, number)
    if _HIDING in text:
        for found in re.finditer(_HIDING + " *(?=[^ \r\n])", text):
            line, column = _line_column(text, found.end())
            message = f"Text stands behind {found.end() - found.start()} blanks, out of a reviewer's sight."
            yield _problem("E-YAML-HIDDEN", message, path, line, column, "Delete the blanks before it.")
    for found in (
        re.finditer(r"^(?:%|\.\.\.)", text, re.MULTILINE)
        if "\n%" in text or "\n..." in text or text[:1] in "%."
        else ()
    ):
        line, column = _line_column(text, found.start())
        if found[0] == "%":
            yield _problem(
                "E-YAML-DIRECTIVE",
                "A line that starts with “%” gives orders to YAML.",
                path,
                line,
                column,
                "Delete this line.",
            )
        else:
            yield _problem(
                "E-YAML-DOCUMENTS",
                "“...” ends the document.",
                path,
                line,
                column,
                "One file is one post: delete this line.",
            )


def _bad_escapes(document: Document) -> Iterator[Problem]:
    """Characters that a quoted text names by an escape (`\\u202e`) are judged like those that stand in the file."""
    if "\\" not in document.text:
        return
    for path, value in _strings(document.data, ()):
        for index in characters.refused(value):
            place = document.place(path)
            message = f"An escape in this text stands for {name_of(value[index])}, which no post may hold."
            yield _problem("E-YAML-CHARACTER", message, place.path, place.line, place.column, "Delete the escape.")


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


def _line_column(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1


def _problem(code: str, message: str, path: str, line: int, column: int, hint: str) -> Problem:
    return Problem(code=code, message=message, location=Location(path=path, line=line, column=column), hint=hint)
