"""The changes that the score is made of: which there are, what they are called, and that each is made alone."""

from __future__ import annotations

import ast

import pytest

from .mutate import enums_of, mutants, mutated

ENUMS = {"Status": ["DRAFT", "SCHEDULED", "DELETED"]}


def changes(line: str) -> list[str]:
    """What becomes of one line of a function."""
    source = f"def f(a, b, c):\n    {line}\n"
    return [ast.unparse(mutated(source, one.number, ENUMS).body[0].body) for one in mutants("m.py", source, ENUMS)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = a < b", ["x = a <= b"]),
        ("x = a and b", ["x = a or b", "x = b", "x = a"]),
        ("x = not a", ["x = a"]),
        ("x = a + b", ["x = a - b"]),
        ("x = a + 'words'", ["x = a + 'words~'"]),
        ("x = a if b else c", ["x = a", "x = c"]),
        ("x = True", ["x = False"]),
        ("x = 3", ["x = 4"]),
        ("x = 'CODE'", ["x = 'CODE~'"]),
        ("x = 'words for people'", []),
        ("x = f'{a} is'", []),
        ("x = Status.DELETED", ["x = Status.DRAFT"]),
        ("g(a, b, c)", ["pass", "g(b, a, c)", "g(a, c, b)"]),
        ("x = max(a, b)", []),
        ("return a", ["return None"]),
        ("return None", []),
        ("raise a", ["pass"]),
        ("a.b = c", ["pass"]),
        ("x = [d for d in a if b]", ["x = [d for d in a if True]", "x = [d for d in a if False]"]),
        ("assert a < b", []),
        ("x: Literal['A'] = a", []),
    ],
)
def test_each_kind_of_change(line: str, expected: list[str]) -> None:
    assert changes(line) == expected


def test_conditions_and_cases() -> None:
    assert changes("if a: b()") == ["if True:\n    b()", "if False:\n    b()", "if a:\n    pass"]
    assert changes("match a:\n        case 1 | 2: pass\n        case _: pass") == [
        "match a:\n    case _:\n        pass",
        *(
            f"match a:\n    case {pattern}:\n        pass\n    case _:\n        pass"
            for pattern in ("2", "1", "2 | 2", "1 | 3")
        ),
        "match a:\n    case 1 | 2:\n        pass",
    ]


def test_names_tell_like_changes_of_one_function_apart() -> None:
    source = "class C:\n    def f(self, a):\n        return a < 1, a < 1\n"
    assert [one.name for one in mutants("m.py", source, {}) if "<=" in one.name] == [
        "m.py C.f: a < 1 -> a <= 1",
        "m.py C.f: a < 1 -> a <= 1 (2)",
    ]


def test_where_a_test_must_pass_to_notice() -> None:
    source = "A = 1\ndef f(a=2):\n    if a:\n        return 3\n@cache\ndef g():\n    return 4\n"
    reach = {one.old: one.reach for one in mutants("m.py", source, {}) if one.old.isdigit()}
    assert reach == {"1": None, "2": None, "3": range(4, 5), "4": None}
    assert {one.reach for one in mutants("m.py", source, {}) if one.old == "a"} == {range(3, 4)}


def test_the_members_of_an_enumeration() -> None:
    source = "class Status(StrEnum):\n    DRAFT = 'd'\n    GONE = 'g'\n    def f(self): ...\nclass Other: A = 1\n"
    assert enums_of(source) == {"Status": ["DRAFT", "GONE"]}
