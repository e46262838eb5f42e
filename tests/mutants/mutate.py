"""Small changes of a module's meaning, one at a time, each of which a test that states behaviour notices."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace

Enums = Mapping[str, Sequence[str]]
"""By the name of an enumeration those of its members."""

_OTHER: Mapping[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add,
}  # fmt: skip
# What states no behaviour: types, what mypy is told, how a class is made, and the words for people (golden files).
_SKIPPED = frozenset({"annotation", "returns", "decorator_list", "bases"})
# Calls whose arguments in the other order mean the same, or nothing at all.
_UNORDERED = ("min", "max", "isinstance")


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change of one file: in `place` (a function, or "" for the module itself) `old` becomes `new`."""

    file: str
    place: str
    old: str
    new: str
    repeated: int  # which of several with the same words
    number: int  # which of the file's changes
    line: int
    reach: range | None  # lines of which a test must run one to notice it; None: any of the module

    @property
    def name(self) -> str:
        again = f" ({self.repeated})" if self.repeated > 1 else ""
        return f"{self.file} {self.place}: {self.old} -> {self.new}{again}"


@dataclass(frozen=True, kw_only=True)
class _Edit:
    owner: ast.AST
    field: str
    index: int | None
    new: ast.AST | None  # None: taken out of its list
    place: str
    line: int
    reach: range | None

    def words(self) -> tuple[str, str]:
        old = getattr(self.owner, self.field)
        return _words(old if self.index is None else old[self.index]), _words(self.new) if self.new else "nothing"

    def make(self) -> None:
        if self.index is None:
            setattr(self.owner, self.field, self.new)
        else:
            getattr(self.owner, self.field)[self.index : self.index + 1] = [self.new] if self.new else []


def mutants(file: str, source: str, enums: Enums) -> list[Mutant]:
    """Every change of the file, in an order that only the file decides."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for number, edit in enumerate(_edits(ast.parse(source), enums)):
        old, new = edit.words()
        seen[edit.place, old, new] += 1
        found.append(
            Mutant(file=file, place=edit.place, old=old, new=new, repeated=seen[edit.place, old, new], number=number,
                   line=edit.line, reach=edit.reach)
        )  # fmt: skip
    return found


def mutated(source: str, number: int, enums: Enums) -> ast.Module:
    """The file's code with its change of that number."""
    tree = ast.parse(source)
    list(_edits(tree, enums))[number].make()
    return ast.fix_missing_locations(tree)


def enums_of(source: str) -> dict[str, list[str]]:
    """The enumerations that a module defines."""
    return {
        node.name: [target.id for line in node.body if isinstance(line, ast.Assign)
                    for target in line.targets if isinstance(target, ast.Name)]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef) and any(_words(base).endswith("Enum") for base in node.bases)
    }  # fmt: skip


def _words(node: ast.AST) -> str:
    if isinstance(node, ast.match_case):
        node = _with(node, body=[])
    return " ".join(ast.unparse(node).split())


def _edits(tree: ast.Module, enums: Enums) -> Iterator[_Edit]:
    yield from _below(tree, enums, _Edit(owner=tree, field="", index=None, new=None, place="", line=0, reach=None))


def _below(owner: ast.AST, enums: Enums, at: _Edit) -> Iterator[_Edit]:
    for field, value in ast.iter_fields(owner):
        if field in _SKIPPED:
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or isinstance(child, ast.Assert) or _is_text(owner, child):
                continue
            here = replace(at, owner=owner, field=field, index=index, line=getattr(child, "lineno", at.line))
            if isinstance(child, ast.stmt) and at.reach is not None:
                here = replace(here, reach=_own_lines(child))
            elif isinstance(child, ast.arguments) and isinstance(owner, ast.FunctionDef):
                here = replace(here, reach=None)  # defaults are made on import
            for new in _instead(owner, field, child, enums):
                yield replace(here, new=new)
            yield from _below(child, enums, _inside(child, here))


def _inside(node: ast.AST, here: _Edit) -> _Edit:
    """Which test runs the lines of a decorated function may be an accident: it may be cached."""
    if isinstance(node, ast.ClassDef):
        return replace(here, place=f"{here.place}{node.name}")
    if isinstance(node, ast.FunctionDef):
        place = f"{here.place}.{node.name}".lstrip(".")
        return replace(here, place=place, reach=None if node.decorator_list else _own_lines(node))
    return here


def _own_lines(node: ast.stmt) -> range:
    """The lines of a statement without those of the statements in it."""
    if isinstance(node, ast.Match):
        return range(node.lineno, node.lineno + 1)
    body = getattr(node, "body", None)
    return range(node.lineno, max(body[0].lineno, node.lineno + 1) if body else (node.end_lineno or node.lineno) + 1)


def _is_text(owner: ast.AST, child: ast.AST) -> bool:
    """Docstrings and words for people: those have blanks, what a program goes by has none."""
    if not isinstance(child, ast.Constant) or not isinstance(child.value, str):
        return False
    return isinstance(owner, ast.Expr | ast.JoinedStr) or " " in child.value


def _instead(owner: ast.AST, field: str, node: ast.AST, enums: Enums) -> Iterator[ast.AST | None]:
    """What a node is changed to, one after another."""
    if field in ("ifs", "guard") or (field == "test" and isinstance(owner, ast.If)):
        yield from (ast.Constant(True), ast.Constant(False))
    match node:
        case ast.Compare(ops=ops):
            for index, op in enumerate(ops):
                yield _with(node, ops=[*ops[:index], _OTHER[type(op)](), *ops[index + 1 :]])
        case ast.BoolOp(op=op, values=values):
            yield _with(node, op=_OTHER[type(op)]())
            yield from _one_less(node, "values", values)
        case ast.MatchOr(patterns=patterns):
            yield from _one_less(node, "patterns", patterns)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(op=ast.Add() | ast.Sub() as op, left=left, right=right):
            if not (_is_str(left) or _is_str(right)):
                yield _with(node, op=_OTHER[type(op)]())
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(value + 1)
        case ast.Constant(value=str() as value):
            yield ast.Constant(value + "~")
        case ast.Attribute(value=ast.Name(id=name), attr=member) if member in enums.get(name, ()):
            members = enums[name]
            yield _with(node, attr=members[(members.index(member) + 1) % len(members)])
        case ast.Call(func=func, args=args) if _words(func) not in _UNORDERED:
            for index in range(len(args) - 1):
                one, two = args[index : index + 2]
                if not isinstance(one, ast.Starred) and not isinstance(two, ast.Starred) and _words(one) != _words(two):
                    yield _with(node, args=[*args[:index], two, one, *args[index + 2 :]])
        case ast.Return(value=ast.AST() as value) if not _empty(value):
            yield ast.Return(ast.Constant(None))
        case ast.Raise() | ast.AugAssign() | ast.Continue() | ast.Break():
            yield ast.Pass()
        case ast.Expr(value=value) if not isinstance(value, ast.Constant):
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]):
            yield ast.Pass()
        case ast.match_case() if len(owner.cases) > 1:  # type: ignore[attr-defined]
            yield None
        case _:
            pass


def _one_less(node: ast.AST, field: str, parts: Sequence[ast.AST]) -> Iterator[ast.AST]:
    for index in range(len(parts)):
        rest = [*parts[:index], *parts[index + 1 :]]
        yield rest[0] if len(rest) == 1 else _with(node, **{field: rest})


def _is_str(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _empty(node: ast.AST) -> bool:
    """An empty literal means to its callers what None would."""
    return (isinstance(node, ast.Constant) and not node.value) or _words(node) in ("()", "[]", "{}")


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed
