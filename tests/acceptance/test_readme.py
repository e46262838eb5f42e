"""What the documentation says is so: its commands run, its links lead somewhere, its lists are complete."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialsync.arguments import parser
from socialsync.errors import ExitCode
from socialsync.verbs import VERBS

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
BY_PATH = {page.relative_to(ROOT).as_posix(): page for page in PAGES}

# What is not run here: it installs, or runs this very suite. That its targets and extras exist is checked instead.
NOT_RUN = re.compile(r"(make|pip install|python3 -m venv|\. \.venv/|socialsync --version$)")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text(name), re.MULTILINE | re.DOTALL)


def rows(name: str, heading: str) -> dict[str, str]:
    """First cell -> the rest of each row of the tables below a heading."""
    section = re.split(r"^#+ ", text(name).split(heading, 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    found = re.findall(r"^\| (.+?) \|(.*)\|$", section, re.MULTILINE)
    return {first.strip("`"): rest for first, rest in found if not first.startswith("---")}


@pytest.mark.parametrize("page", ["README.md", "docs/getting-started.md"])
def test_the_commands_run_as_written(page: str, tmp_path: Path) -> None:
    lines = [line for block in blocks(page, "sh") for line in block.splitlines() if not NOT_RUN.match(line)]
    assert lines
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SOCIALSYNC_"))}
    environment |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GIT_AUTHOR_NAME": "Mia",
        "GIT_AUTHOR_EMAIL": "mia@example.com",
        "GIT_COMMITTER_NAME": "Mia",
        "GIT_COMMITTER_EMAIL": "mia@example.com",
    }
    done = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", "\n".join(lines)],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"(?:^|`)make ([a-z]+)", page.read_text(), re.MULTILINE)}
    assert named
    assert named <= targets


def links(page: Path) -> Iterator[tuple[str, str]]:
    """File and anchor of every link that stays in the repository."""
    prose = re.sub(r"`[^`\n]+`", "", page.read_text(encoding="utf-8"))  # a pattern may look like a link
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", prose):
        file, _, anchor = target.partition("#")
        yield file, anchor


def anchors(page: Path) -> set[str]:
    """The anchors that a forge makes from a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", sorted(BY_PATH))
def test_links_lead_somewhere(name: str) -> None:
    page = BY_PATH[name]
    for file, anchor in links(page):
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{name} links to {file}"
        if anchor:
            assert anchor in anchors(target), f"{name} links to {file}#{anchor}"


def test_every_page_is_linked_from_the_readme() -> None:
    reached = {(ROOT / file).resolve() for file, _ in links(ROOT / "README.md") if file}
    assert [page.name for page in PAGES if page.parent.name == "docs" and page.resolve() not in reached] == []


def test_the_readme_has_every_command() -> None:
    assert set(rows("README.md", "## Commands")) - {"command"} == set(VERBS)


def test_every_command_is_described() -> None:
    described = set(re.findall(r"^\*\*`socialsync ([a-z]+)", text("docs/commands.md"), re.MULTILINE))
    assert described == set(VERBS)


def test_every_option_is_described() -> None:
    top = parser([verb for verb in VERBS if verb != "emulator"])  # docs/emulator.md has its options
    (verbs,) = [action for action in top._actions if hasattr(action, "choices") and isinstance(action.choices, dict)]
    page = text("docs/commands.md")
    assert isinstance(verbs.choices, dict)
    for verb, its in verbs.choices.items():
        for action in its._actions:
            missing = [option for option in action.option_strings if option.startswith("--") and option not in page]
            assert missing in ([], ["--help"]), f"socialsync {verb} {missing}"


def test_every_exit_code_is_explained() -> None:
    numbers = {int(number) for row in rows("docs/commands.md", "## Exit codes") for number in re.findall(r"\d+", row)}
    assert numbers == {int(code) for code in ExitCode}


# --- decisions ----------------------------------------------------------------------------------

# Strings in capitals that are no reason: file formats, zones, and names of the model.
NO_REASON = {"UTC", "NO_PERIOD"}
DECIDING = ("plan/*.py", "twins.py", "commands/tip.py")
WRITING = ("apply.py", "immediate.py", "steps.py", "writes.py", "transitions.py")


def codes(*patterns: str) -> set[str]:
    """Every string constant that has the shape of a code, in the modules named."""
    found: set[str] = set()
    for pattern in patterns:
        for path in sorted((ROOT / "socialsync").glob(pattern)):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found |= set(re.findall(r"\A[A-Z]{2,}(?:-[A-Z]+)*\Z", node.value))
                    found |= set(re.findall(r"\AE-[A-Z-]+\Z", node.value))
    return found - NO_REASON


def test_every_reason_is_explained() -> None:
    explained = set(re.findall(r"^\| `([A-Z-]+)` \|", text("docs/decisions.md"), re.MULTILINE))
    used = codes(*DECIDING, *WRITING)
    assert used - explained == set(), "add it to docs/decisions.md"
    # Built from two parts in the code, or what errors.py calls a refused write and a refused key.
    built = {"NO-SCHEDULING", "NO-PUBLISHING", "E-REJECTED", "E-DENIED"}
    assert explained - used - built == set(), "no longer in the code"
