"""Exit codes: the one that counts of several, and that errors carry theirs."""

from __future__ import annotations

import itertools

import pytest

from socialsync import errors
from socialsync.errors import ExitCode, ReplyClass, SocialSyncError, WriteError, worst

ORDER = (10, 1, 143, 130, 7, 6, 8, 9, 11, 5, 4, 3, 2, 12, 0)


def test_every_code_has_its_place():
    assert {int(code) for code in ExitCode} == set(ORDER)


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(ORDER, 2)))
def test_the_worse_of_two(one: int, other: int):
    assert worst([ExitCode(one), ExitCode(other)]) == worst([ExitCode(other), ExitCode(one)]) == one


def test_of_none():
    assert worst([]) == ExitCode.OK


@pytest.mark.parametrize(
    ("name", "code", "exit_code"),
    [
        ("SocialSyncError", "E-BUG", 1),
        ("UsageError", "E-USAGE", 3),
        ("Unreachable", "E-UNREACHABLE", 4),
        ("Denied", "E-DENIED", 4),
        ("ClockSkew", "E-CLOCK", 4),
        ("IncompleteRead", "E-INCOMPLETE", 5),
        ("Superseded", "E-SUPERSEDED", 8),
        ("Locked", "E-LOCKED", 11),
    ],
)
def test_codes_are_stable(name: str, code: str, exit_code: int):
    error: SocialSyncError = getattr(errors, name)("what happened", hint="what to do")
    assert (error.code, error.exit_code, str(error), error.hint) == (code, exit_code, "what happened", "what to do")
    assert type(error)("x", code="E-OTHER").code == "E-OTHER"
    assert error.code == code, "of this one alone"


def test_a_write_says_what_is_known():
    error = WriteError("x", reply=ReplyClass.UNKNOWN, application_code="A", http_status=504, hint="h")
    assert (error.reply, error.application_code, error.http_status) == (ReplyClass.UNKNOWN, "A", 504)
    assert (error.code, error.exit_code, error.hint, error.ends_run) == ("E-REJECTED", 6, "h", False)
    assert errors.Denied("x").ends_run
