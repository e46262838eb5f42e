"""GitHub's expressions, as far as our workflows use them; anything else is an error, never a guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|([A-Za-z_][\w-]*(?:\.[\w-]+)*)|(&&|\|\||==|!=|!|\(|\)|,)|(\d+))")
# What these hold depends on how a repository is set up: an absent one is empty, as at GitHub.
_OPEN = ("secrets", "vars", "inputs")


class UnknownExpression(Exception):
    """An expression that the runner does not know, or a name that nothing defines."""


def interpolate(text: Any, contexts: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Any:
    """The text with every `${{ }}` replaced."""
    if not isinstance(text, str):
        return text
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: _text(evaluate(found[1], contexts, functions)), text)


def condition(text: str, contexts: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> bool:
    """Whether an `if` holds; without a status function it also asks for success."""
    inner = text.strip()
    if inner.startswith("${{"):
        inner = inner.removeprefix("${{").removesuffix("}}")
    asked = any(f"{name}(" in inner for name in ("cancelled", "always", "failure", "success"))
    return bool(evaluate(inner, contexts, functions)) and (asked or functions["success"]())


def evaluate(text: str, contexts: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Any:
    tokens, at = [], 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise UnknownExpression(f"{text!r} at {at}")
        tokens.append((found.lastindex, found[found.lastindex or 0]))
        at = found.end()
    parser = _Parser(tokens, contexts, functions)
    value = parser.either()
    if parser.tokens:
        raise UnknownExpression(f"{text!r}: {parser.tokens} is left over")
    return value


class _Parser:
    def __init__(
        self,
        tokens: list[tuple[int | None, str]],
        contexts: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]],
    ) -> None:
        self.tokens = tokens
        self._contexts = contexts
        self._functions = functions

    def either(self) -> Any:
        value = self._both()
        while self._take("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:
        value = self._compared()
        while self._take("&&"):
            other = self._compared()
            value = other if value else value
        return value

    def _compared(self) -> Any:
        value = self._single()
        if self._take("=="):
            return _text(value) == _text(self._single())
        if self._take("!="):
            return _text(value) != _text(self._single())
        return value

    def _single(self) -> Any:
        if self._take("!"):
            return not self._single()
        if self._take("("):
            value = self.either()
            self._expect(")")
            return value
        if not self.tokens:
            raise UnknownExpression("it ends too early")
        kind, text = self.tokens.pop(0)
        match kind:
            case 1:
                return text[1:-1].replace("''", "'")
            case 4:
                return int(text)
            case 2 if self._take("("):
                return self._call(text)
            case 2:
                return {"true": True, "false": False, "null": None}.get(text) or self._look(text)
            case _:
                raise UnknownExpression(text)

    def _call(self, name: str) -> Any:
        if name not in self._functions:
            raise UnknownExpression(f"{name}()")
        arguments = []
        while not self._take(")"):
            arguments.append(self.either())
            self._take(",")
        return self._functions[name](*arguments)

    def _look(self, name: str) -> Any:
        if name in ("false", "null", "true"):
            return {"true": True, "false": False}.get(name)
        first, *rest = name.split(".")
        if first not in self._contexts:
            raise UnknownExpression(name)
        value = self._contexts[first]
        for step in rest:
            if not isinstance(value, Mapping) or (step not in value and first not in _OPEN):
                raise UnknownExpression(name)
            value = value.get(step, "")
        return value

    def _take(self, token: str) -> bool:
        if self.tokens and self.tokens[0] == (3, token):
            self.tokens.pop(0)
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise UnknownExpression(f"{token} is missing")


def _text(value: Any) -> str:
    match value:
        case None | "":
            return ""
        case True:
            return "true"
        case False:
            return "false"
        case _:
            return str(value)
