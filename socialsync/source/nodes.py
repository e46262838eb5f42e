"""YAML nodes as plain data: PyYAML's C parser composes them, a constructor of our own says what they mean.

Strings stay strings (`no`, `12:30`, `2026-12-01`); only true, false, null and decimal integers resolve. What could hide
or lose a part of a text is noted and never followed.
"""

from __future__ import annotations

import operator
import re
from typing import Any, NamedTuple

from yaml._yaml import CParser
from yaml.nodes import MappingNode, Node, ScalarNode

from socialsync.source.comments import PLAIN, PROSE, WORDLESS, Taken, behind_group, taken

MAX_DEPTH = 20
_MAX_NAME = 100  # characters of a field's name

_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}  # type: ignore[dict-item]
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\Z").match
_DIGITS = frozenset("-0123456789")


class Parser(CParser):
    """PyYAML's C parser without its resolver: what a value is `Judge` settles, by its style and in one look-up."""

    def __init__(self, data: bytes) -> None:
        CParser.__init__(self, data)

    # Called for every node, for nothing: functions of C that take as many arguments, a fifth of a method's cost.
    descend_resolver = operator.is_
    ascend_resolver = dict
    resolve = slice


class Finding(NamedTuple):
    """Why a node is refused: a code, the name that it says or the comment that takes a part of it."""

    code: str
    node: Node
    name: str = ""
    comment: Taken | None = None


class Judge:
    """Builds plain data from nodes and notes what is refused, in one walk."""

    __slots__ = ("comments", "found", "properties", "text")

    def __init__(self, text: str, found: list[Finding], prose: bool) -> None:
        self.text = text + "\n"  # an empty value at the very end stands behind the text
        self.found = found
        self.properties = "&" in text or "!" in text
        self.comments = prose and "#" in text

    def value(self, node: Node, depth: int) -> Any:
        if self.properties and self.text[node.start_mark.index] in "&!":
            # The anchor's or tag's letters would vanish from the text. Not descending also disarms alias bombs.
            code = "E-YAML-ANCHOR" if self.text[node.start_mark.index] == "&" else "E-YAML-TAG"
            self.found.append(Finding(code, node))
            return None
        if type(node) is ScalarNode:
            value = node.value
            if node.style != PLAIN:
                return value
            if value in _WORDS:
                return _WORDS[value]
            return int(value) if value[0] in _DIGITS and _INTEGER(value) else value
        if depth >= MAX_DEPTH:
            self.found.append(Finding("E-YAML-DEPTH", node))
            return None
        if isinstance(node, MappingNode):
            return self.mapping(node, depth + 1)
        return [self.value(item, depth + 1) for item in node.value]

    def mapping(self, node: MappingNode, depth: int) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if type(key_node) is not ScalarNode:
                self.found.append(Finding("E-YAML-KEY", key_node))
                continue
            key = key_node.value
            if key in built or key == "<<" or (self.properties and self.text[key_node.start_mark.index] in "&!"):
                self.found.append(Finding(self.refusal(key_node, built), key_node, key))
                continue
            if len(key) > _MAX_NAME or "\n" in key:
                self.found.append(Finding("E-YAML-KEY", key_node))
                continue
            value = built[key] = self.value(value_node, depth)
            if (
                self.comments
                and type(value_node) is ScalarNode
                and key not in WORDLESS
                and (value is not None or key in PROSE)
                and (at := taken(self.text, key_node, value_node)) >= 0
            ):
                self.found.append(Finding("E-YAML-COMMENT", value_node, "", Taken(key_node, value_node, at)))
        if self.comments and node.flow_style and (at := behind_group(self.text, node.end_mark.index)) >= 0:
            self.of_group(node, at)
        return built

    def refusal(self, node: ScalarNode, built: dict[str, Any]) -> str:
        match self.text[node.start_mark.index]:
            case "&":
                return "E-YAML-ANCHOR"
            case "!":
                return "E-YAML-TAG"
            case _:
                return "E-YAML-DUPLICATE-KEY" if node.value in built else "E-YAML-MERGE"

    def of_group(self, node: MappingNode, at: int) -> None:
        """A hashtag behind a group of fields belongs to the last of them that holds words."""
        for key_node, value_node in reversed(node.value):
            if type(key_node) is type(value_node) is ScalarNode and key_node.value in PROSE:
                self.found.append(Finding("E-YAML-COMMENT", value_node, "", Taken(key_node, value_node, at)))
                return
