"""`{{ name.path | filter }}` and `{% if … %}` in texts: a closed subset of Jinja2, checked before anything is compiled.

Only `{{` and the tags of an `if` are special; every other brace is text. Names and their parts are looked up in plain
data, never in Python objects. Jinja2 is not even loaded for a text without a template.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from socialsync.source.words import listed, shown, suggest

if TYPE_CHECKING:
    from jinja2 import Environment, Template, nodes

FILTERS = ("capitalize", "default", "lower", "title", "trim", "upper")
_MAX_TAG = 200  # characters between the braces
_MAX_TAGS = 200  # in one text
_MAX_OUTPUT = 64 * 1024  # characters

_IF_TAG = r"\{%-?\s*(?:if\b[^\n]*?|elif\b[^\n]*?|else\s*|endif\s*)-?%\}"
_TAG = re.compile(r"\{\{.*?(?:\}\}|\Z)|" + _IF_TAG, re.DOTALL)
_HAS_TAG = re.compile(r"\{\{|" + _IF_TAG).search


class TemplateError(Exception):
    """What is wrong with a template: code, message and hint for a Problem, and the offset in the text."""

    def __init__(self, *, code: str, message: str, hint: str, offset: int) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.offset = offset


@dataclass(frozen=True, kw_only=True, slots=True)
class _Name:
    """A name with its parts as a template uses it; `guarded` by `default`, so that it may be missing."""

    path: tuple[str, ...]
    offset: int
    guarded: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Compiled:
    template: Template
    names: tuple[_Name, ...]


def render(text: str, variables: Mapping[str, Any]) -> str:
    """`text` with its templates filled in from `variables` (text, integers, truth values, mappings of them).

    Raises TemplateError for the first thing that is not allowed or not known.
    """
    if "{" not in text or not _HAS_TAG(text):
        return text
    compiled = _compiled(text)
    for name in compiled.names:
        _look_up(name, variables)
    rendered = str(compiled.template.render(variables))
    if len(rendered) > _MAX_OUTPUT:
        message = f"The text grows to {len(rendered):,} characters when its values are filled in."
        raise TemplateError(code="E-TEMPLATE-SIZE", message=message, hint="Shorten the values.", offset=0)
    return rendered


@lru_cache(maxsize=4096)
def _compiled(text: str) -> _Compiled:
    """Parsed, judged node by node, and only then compiled: compiling already computes constant expressions."""
    import jinja2

    tags = list(_TAG.finditer(text))
    if len(tags) > _MAX_TAGS:
        raise _refused(f"There are {len(tags)} templates in one text; at most {_MAX_TAGS} are filled in.", 0)
    for tag in tags:
        if len(tag[0]) > _MAX_TAG:
            raise _refused(f"A template may be {_MAX_TAG} characters long.", tag.start())
        if tag[0].startswith("{{") and not tag[0].endswith("}}"):
            raise _refused("“{{” is never closed.", tag.start(), "Close it with “}}”.")
    environment = _environment()
    source = _IF.sub(lambda tag: "\0" + tag[0][1:-1] + "\0", text)
    try:
        tree = environment.parse(source)
    except (jinja2.TemplateSyntaxError, RecursionError) as error:
        offset = _offset_of_line(text, getattr(error, "lineno", 1))
        said = getattr(error, "message", None) or "it is nested too deeply"
        if (open_if := _never_closed(tags)) >= 0:
            raise _refused("“{% if … %}” is never closed.", open_if, "Close it with “{% endif %}”.") from None
        raise _refused(f"This template cannot be read: {said.rstrip('.')}.", offset) from None
    names = tuple(_Walk(text).names(tree))
    return _Compiled(template=environment.from_string(tree), names=names)


def _never_closed(tags: Iterable[re.Match[str]]) -> int:
    """Where the innermost `{% if … %}` stands that has no end; -1 if there is none."""
    begun: list[int] = []
    for tag in tags:
        word = tag[0].lstrip("{%- ")
        if word.startswith("if"):
            begun.append(tag.start())
        elif word.startswith("endif") and begun:
            begun.pop()
    return begun[-1] if begun else -1


_IF = re.compile(_IF_TAG)


class _Walk:
    """Goes through a parsed template and refuses every node that is not on the list."""

    def __init__(self, text: str) -> None:
        self.text = text

    def names(self, tree: nodes.Node, guarded: bool = False) -> list[_Name]:
        from jinja2 import nodes

        match tree:
            case nodes.Template() | nodes.Output() | nodes.TemplateData() | nodes.If():
                inner = tree.iter_child_nodes()
            case nodes.Const(value=str() | int()) if not isinstance(tree.value, float):
                inner = iter(())
            case nodes.Name() | nodes.Getattr():
                return [self._name(tree, guarded)]
            case nodes.Filter(name=name, node=nodes.Expr() as value):
                if name not in FILTERS:
                    hint = suggest(name, FILTERS) or f"There are {listed(FILTERS)}."
                    raise _refused(f"There is no filter {shown(name)}.", self._offset(tree, name), hint)
                if tree.kwargs or tree.dyn_args or tree.dyn_kwargs or len(tree.args) > (1 if name == "default" else 0):
                    raise _refused(f"The filter “{name}” does not take that.", self._offset(tree, name))
                if not all(isinstance(argument, nodes.Const) for argument in tree.args):
                    raise _refused("“default” takes a text in quotes.", self._offset(tree, name))
                return self.names(value, guarded or name == "default")
            case _:
                raise _refused("A template holds only names, parts of names, filters and if/else.", self._offset(tree))
        return [name for child in inner for name in self.names(child, guarded)]

    def _name(self, node: nodes.Name | nodes.Getattr, guarded: bool) -> _Name:
        from jinja2 import nodes

        parts: list[str] = []
        here: nodes.Node = node
        while isinstance(here, nodes.Getattr):
            parts.append(here.attr)
            here = here.node
        if not isinstance(here, nodes.Name):
            raise _refused("Parts are taken from names only.", self._offset(node))
        parts.append(here.name)
        path = tuple(reversed(parts))
        return _Name(path=path, offset=self._offset(node, path[0]), guarded=guarded)

    def _offset(self, node: nodes.Node, word: str = "") -> int:
        start = _offset_of_line(self.text, node.lineno)
        for tag in _TAG.finditer(self.text, start):
            if word in tag[0]:
                return tag.start()
        return start


def _look_up(name: _Name, variables: Mapping[str, Any]) -> None:
    value: Any = variables
    for depth, part in enumerate(name.path):
        if not isinstance(value, Mapping) or part not in value:
            if name.guarded:
                return
            known = value if isinstance(value, Mapping) else ()
            message = f"There is no value {shown('.'.join(name.path[: depth + 1]))}."
            hint = suggest(part, known) or "Add it to `variables:` of the post or to _variables.yaml."
            raise TemplateError(code="E-TEMPLATE-NAME", message=message, hint=hint, offset=name.offset)
        value = value[part]
    if isinstance(value, Mapping):
        message = f"{shown('.'.join(name.path))} is a group of values."
        parts = [".".join((*name.path, part)) for part in value]
        hint = f"Name one of them: {listed(parts, 'or')}."
        raise TemplateError(code="E-TEMPLATE-NAME", message=message, hint=hint, offset=name.offset)


def _refused(
    message: str, offset: int, hint: str = "Like “{{ sale.percent }}” or “{{ name | upper }}”."
) -> TemplateError:
    return TemplateError(code="E-TEMPLATE", message=message, hint=hint, offset=offset)


def _offset_of_line(text: str, number: int) -> int:
    offset = 0
    for _ in range(number - 1):
        offset = text.find("\n", offset) + 1
    return offset


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Plain(ImmutableSandboxedEnvironment):
        """Parts of names come from plain data only: `sale.items` is a value or an error, never a method."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            if isinstance(obj, Mapping) and attribute in obj:
                return obj[attribute]
            return self.undefined(obj=obj, name=attribute)

    # NUL cannot stand in a post, so only what _compiled marks with it is a tag; every other `{%` and `{#` is text.
    environment = Plain(
        block_start_string="\0%",
        block_end_string="%\0",
        comment_start_string="\0#",
        comment_end_string="#\0",
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        cache_size=0,
    )
    environment.globals.clear()
    return environment
