"""What is wrong in a file, and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Location:
    """A place in a file of the repository; line and column count from 1, 0 means the whole file."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line or 1}:{self.column or 1}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Something a person must correct (or, below ERROR, may want to): `replacement` is ready to paste."""

    code: str
    message: str
    location: Location
    hint: str = ""
    replacement: str = ""
    severity: Severity = Severity.ERROR
