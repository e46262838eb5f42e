"""`validate`'s judgement is the one of `posts.load`, by however many processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from source_trees import CONFIG

# A process of its own forks: the test runner may have threads, which a fork does not take along.
CHECK = """
import sys
from socialsync import config
from socialsync.source import checking, posts
from socialsync.source.tree import WorkTree
checking.WORTH_A_FORK = 1
tree = WorkTree(sys.argv[1])
settings, problems = config.load(tree)
checked = checking.check(settings, tree, history={"x"}, processes=int(sys.argv[2]))
loaded = posts.load(settings, tree, history={"x"})
assert checked.problems == loaded.judged(), (checked.problems, loaded.judged())
assert (checked.posts, checked.targets) == (loaded.posts, len(loaded.intents)), checked
print(checked.posts, checked.targets, *sorted({problem.code for problem in checked.problems}))
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "socialsync.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "posts").mkdir()
    for number in range(20):
        text = f"id: post-{number // 2 if number > 17 else number}\nschedule: 2030-12-01 09:00\ntext: Hello\n"
        text += "colour: teal\n" if number == 7 else "title: &x y\n" if number == 8 else ""
        text += "channels: [facebook, gone@x]\n" if number == 9 else "channels: [facebook, facebook@x]\n"
        (tmp_path / "posts" / f"{number:02d}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "posts" / "_variables.yaml").write_text("a: [1]\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("processes", ["1", "2", "3"])
def test_any_number_of_processes_finds_the_same(root: Path, processes: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHECK, str(root), processes], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.split() == [
        *("20", "32", "E-ACCOUNT", "E-CHANNEL", "E-FIELD-UNKNOWN", "E-ID-TWICE", "E-VARIABLES", "E-YAML-ANCHOR"),
    ]


def test_a_process_that_dies_is_never_taken_for_a_yes(root: Path) -> None:
    dying = "posts.judge = lambda *_, **more: os._exit(9) if os.getpid() != me else real(*_, **more)"
    code = CHECK.replace("tree = WorkTree", f"import os; me, real = os.getpid(), posts.judge\n{dying}\ntree = WorkTree")
    done = subprocess.run([sys.executable, "-c", code, str(root), "2"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "RuntimeError" in done.stderr
