"""What an editor reads who meets the dashboard: a conflict from the first run to the empty plan, and a post called off
by hand, on an emulator site."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from socialsync import cli

POST = """\
id: mugs
schedule: {date} 09:00
text: |
  New mugs are here.
  {words}
channels:
  facebook:{paste}
"""


class Shop:
    """A repository with one post, and the dashboard of its emulator site."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capsys = capsys
        self.command("init", ".", "--namespace", "acme")
        (root / "posts" / "welcome.yaml").unlink()

    def command(self, *argv: str) -> tuple[int, str]:
        self._capsys.readouterr()
        code = cli.run(["-C", str(self.root), *argv])
        return code, self._capsys.readouterr().out

    def commit(self, words: str, paste: str = "") -> None:
        indented = f"\n    {paste}" if paste else ""
        text = POST.format(date="2030-12-24", words=words, paste=indented)
        (self.root / "posts" / "mugs.yaml").write_text(text, encoding="utf-8")
        names = ["-c", "user.name=a", "-c", "user.email=a@example.invalid", "-c", "commit.gpgsign=false"]
        for argv in (["add", "-A"], [*names, "commit", "-q", "-m", words]):
            subprocess.run(["git", *argv], cwd=self.root, check=True, capture_output=True)

    def dashboard(self, action: str, *more: str) -> None:
        database = str(self.root / ".socialsync" / "emulator-main.db")
        (item,) = json.loads(self.command("emulator", "items", "--db", database)[1])["items"]
        assert self.command("emulator", "dashboard", "--db", database, action, f"item={item['id']}", *more)[0] == 0


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return Shop(tmp_path, capsys)


def test_a_conflict_shows_what_was_confirmed_and_ends_with_the_pasted_line(shop: Shop) -> None:
    shop.commit("Come and see.")
    assert shop.command("apply")[0] == 0
    shop.dashboard("edit", 'set={"caption": "New mugs are here.\\nCome on Monday."}')
    shop.commit("Come and buy.")
    assert shop.command("apply")[0] == 8
    # By now not even the commit before this one has the words that were confirmed.
    shop.commit("Come and drink.")
    code, said = shop.command("apply")
    assert code == 8
    assert "Text confirmed last\n    │ New mugs are here.\n    │ Come and see.\n" in said
    assert (
        "Text at Wix now, marked against that\n    │ New mugs are here.\n    │ Come [-and see-]{+on Monday+}.\n" in said
    )
    assert "Text in git, marked against that\n    │ New mugs are here.\n    │ Come and [-see-]{+drink+}.\n" in said
    assert "Come and buy" not in said
    told = shop.command("apply", "--format", "markdown")[1]
    for part in ("Come and see.\n```", "Come <del>and see</del><ins>on Monday</ins>", "<del>see</del><ins>drink</ins>"):
        assert part in told
    pasted = re.search(r"^ +(allow: .*)$", said, re.MULTILINE)
    assert pasted is not None
    assert pasted.group(1) in told
    shop.commit("Come and drink.", pasted.group(1))
    assert shop.command("apply")[0] == 0
    code, said = shop.command("plan", "--detailed-exitcode")
    assert (code, "Plan: nothing to do; 1 left as it is" in said) == (0, True)


def test_what_somebody_called_off_is_red_once_and_told_for_good(shop: Shop) -> None:
    shop.commit("Come and see.")
    assert shop.command("apply")[0] == 0
    shop.dashboard("cancel")
    told = [shop.command("apply") for _ in range(3)]
    assert [code for code, _ in told] == [9, 0, 0]
    assert all("It was canceled at Wix and stays so." in said and "attempt: 2" in said for _, said in told)
    assert shop.command("status", "--check")[0] == 9
    shop.commit("Come and buy.")
    assert shop.command("apply")[0] == 9, "git asks for something new"
    shop.commit("Come and buy.", "state: canceled")
    code, said = shop.command("apply")
    assert (code, "nothing to do; 1 left as it is" in said) == (0, True)
