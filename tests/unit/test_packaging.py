"""What is delivered: the lock, the wheel's contents, and files that must be fresh."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked(name: str) -> dict[str, list[str]]:
    """Package -> its hashes, as one lock file pins them."""
    packages: dict[str, list[str]] = {}
    current: list[str] = []
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if pinned := re.match(r"([a-z0-9._-]+)==\S+", line):
            current = packages.setdefault(pinned[1], [])
        elif line.startswith("    --hash=sha256:"):
            current.append(line.strip(" \\"))
    return packages


def required(*groups: str) -> set[str]:
    """Names of what pyproject.toml asks for."""
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["emulator"]]
    for group in groups:
        wanted += PROJECT["dependency-groups"][group]
    return {re.split(r"[^A-Za-z0-9_-]", line)[0].lower().replace("_", "-") for line in wanted}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_every_package_by_hash_and_names_no_address(name: str) -> None:
    packages = locked(name)
    assert packages
    assert [package for package, hashes in packages.items() if not hashes] == []
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"(?:https?|file):|^-|^[^#\n]*\s/", text, re.MULTILINE) == []


def test_the_locks_hold_what_the_project_asks_for() -> None:
    assert required("build") <= set(locked("requirements.txt"))
    assert required("build", "test", "lint") <= set(locked("requirements-dev.txt"))


def test_the_locks_agree() -> None:
    run, dev = (ROOT / name for name in LOCKS)
    pins = [
        set(re.findall(r"^([^#\s]\S*==\S+)", file.read_text(encoding="utf-8"), re.MULTILINE)) for file in (run, dev)
    ]
    assert pins[0] <= pins[1]


def test_the_wheel_ships_the_schemas_and_the_types() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"] == {
        "schemas": "socialsync/_schemas",
        ".github/workflows": "socialsync/_workflows",
    }
    assert (ROOT / "socialsync" / "py.typed").is_file()
    assert list((ROOT / "schemas" / "channels").glob("*/*.json"))


def test_the_source_archive_takes_along_what_its_tests_need() -> None:
    taken = PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    missing = [name for name in taken if not (ROOT / name).exists()]
    assert missing == []
    assert {"socialsync", "schemas", "posts", "socialsync.yaml", "tests", "tools", "docs"} <= set(taken)
