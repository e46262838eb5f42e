"""Who may import whom, and what starting the command may load: the walls of the house."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent.parent / "socialsync"

# The nouns that everybody speaks in; they know the standard library and one another.
GROUND = frozenset(
    {"model", "errors", "canonical", "keys", "cells", "textunits", "clock", "timing", "state", "claims", "twins"}
)

# What each part may import of socialsync, besides itself. `remote.ports` is the contract alone.
MAY = {
    **dict.fromkeys(GROUND, GROUND),
    "config": GROUND | {"source"},
    "source": GROUND | {"config"},
    "plan": GROUND,
    "remote": GROUND,
    "report": GROUND,
    "statestore": GROUND,
    "filestore": GROUND | {"statestore"},
    "branchstore": GROUND | {"statestore", "source.git", "source.commits"},  # git is asked in one safe way
    "transitions": GROUND,
    "ended": GROUND,
    "steps": GROUND | {"transitions", "ended", "remote.ports"},
    "immediate": GROUND | {"transitions", "ended", "steps", "remote.ports"},
    "writes": GROUND | {"immediate", "ended", "remote.ports"},
    "apply": GROUND | {"writes", "ended", "remote.ports"},
    "github": GROUND,
    "emulator": frozenset(),
    "cli": GROUND | {"arguments", "commands", "report", "verbs"},
    "arguments": GROUND | {"commands", "verbs"},
    "verbs": frozenset(),
    "__main__": frozenset({"cli"}),
    "__init__": frozenset(),
    "commands": GROUND
    | {
        "apply",
        "branchstore",
        "config",
        "filestore",
        "github",
        "plan",
        "remote",
        "report",
        "source",
        "statestore",
        "steps",
        "transitions",
        "writes",
    },
}

# Which module may import which package that is not in the standard library; a name ending in / is a folder.
MAY_OUTSIDE = {
    "httpx": ("remote/wix/http.py", "github.py"),
    "httpcore": ("remote/wix/http.py", "remote/wix/sockets.py"),
    "git": ("source/",),
    "gitdb": ("source/",),
    "yaml": ("source/", "config.py"),
    "jsonschema": ("source/", "config.py"),
    "jsonschema_rs": ("source/", "config.py"),
    "jinja2": ("source/", "report/"),
    "starlette": ("emulator/",),
    "uvicorn": ("emulator/",),
    "pytest": ("emulator/pytest_plugin.py",),
}

# All that `socialsync --version` and `--help` may load: three modules of ours, and what these few bring with them.
OURS = frozenset({"socialsync", "socialsync.cli", "socialsync.verbs"})
STANDARD = "import __future__"


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    """`socialsync/plan/build.py` -> `plan`, `socialsync/cli.py` -> `cli`."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every dotted name a module imports, at whatever depth, with its line; `from a import b` is `a.b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute here"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def forbidden(path: Path) -> list[str]:
    """Every import of `path` that the tables do not allow."""
    here, part = path.relative_to(PACKAGE).as_posix(), part_of(path)
    wrong = []
    for name, line in imports(path):
        top, _, rest = name.partition(".")
        if top == "socialsync":
            if not _allowed_inside(here, part, rest):
                wrong.append(f"socialsync/{here}:{line}: {part} may not import {name}")
        elif top not in sys.stdlib_module_names:
            homes = MAY_OUTSIDE.get(top, ())
            if not any(here == home or (home.endswith("/") and here.startswith(home)) for home in homes):
                wrong.append(f"socialsync/{here}:{line}: {top} is imported only in {', '.join(homes) or 'no module'}")
    return wrong


def _allowed_inside(here: str, part: str, name: str) -> bool:
    if name == "__version__" or name.partition(".")[0] == part:
        return True
    if name.partition(".")[0] == "emulator":
        return here == "commands/emulator.py"
    return any(name == may or name.startswith(f"{may}.") for may in MAY.get(part, ()))


def test_every_part_is_in_the_table() -> None:
    assert {part_of(path) for path in modules()} == set(MAY)


def test_nothing_imports_what_it_may_not() -> None:
    assert [line for path in modules() for line in forbidden(path)] == []


@pytest.mark.parametrize(
    ("part", "code", "wrong"),
    [
        ("plan/new.py", "from socialsync.remote.ports import Reader", True),
        ("plan/new.py", "from socialsync import source", True),
        ("plan/new.py", "import yaml", True),
        ("plan/new.py", "def late():\n    import httpx", True),
        ("plan/new.py", "from socialsync.model.intents import Intent", False),
        ("apply.py", "from socialsync.remote.wix import api", True),
        ("apply.py", "from socialsync.remote.ports import Reader", False),
        ("emulator/new.py", "from socialsync.errors import ExitCode", True),
        ("emulator/new.py", "from socialsync.emulator import core", False),
        ("commands/plan.py", "from socialsync.emulator import core", True),
        ("commands/emulator.py", "from socialsync.emulator import core", False),
        ("keys.py", "import attrs", True),
        ("report/new.py", "from jinja2 import Environment", False),
    ],
)
def test_the_walls_hold(part: str, code: str, wrong: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    path = tmp_path / part
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code, encoding="utf-8")
    assert bool(forbidden(path)) is wrong


def loaded_by(code: str) -> set[str]:
    """The modules loaded at the end of a fresh interpreter that ran `code`."""
    script = f"import sys\nbefore = set(sys.modules)\ntry:\n    {code}\nexcept SystemExit:\n    pass\n"
    script += "print('|'.join(sorted(set(sys.modules) - before)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stderr.strip().split("|"))


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_starting_loads_a_handful_of_modules(arguments: list[str]) -> None:
    loaded = loaded_by(f"from socialsync import cli; sys.argv[1:] = {arguments!r}; cli.main()")
    assert {name for name in loaded - loaded_by(STANDARD) if name not in sys.builtin_module_names} == OURS
