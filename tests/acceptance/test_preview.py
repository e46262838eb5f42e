"""`socialsync preview` from outside: pages of the work tree, what a branch changes, a folder replaced whole."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def command(*argv: str, cwd: Path, expected: int = 0) -> str:
    """What the installed command prints, on both streams."""
    script = os.path.join(sysconfig.get_path("scripts"), "socialsync")
    done = subprocess.run([sys.executable, script, *argv], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == expected, done.stdout + done.stderr
    return done.stdout + done.stderr


def git(cwd: Path, *argv: str) -> None:
    names = ["-c", "user.name=a", "-c", "user.email=a@example.invalid", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *names, *argv], cwd=cwd, check=True, capture_output=True)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The example repository, committed on main."""
    home = tmp_path / "shop"
    shutil.copytree(ROOT / "posts", home / "posts")
    shutil.copy(ROOT / "socialsync.yaml", home)
    git(home.parent, "init", "-q", "-b", "main", str(home))
    git(home, "add", "-A")
    git(home, "commit", "-q", "-m", "one")
    return home


def edited(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_example_posts(shop: Path) -> None:
    out = shop / "build" / "preview"
    assert command("preview", cwd=shop) == f"wrote {out / 'index.html'}\n"
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    pages = {"index.html", "2030-12.html", "undated.html", "style.css", "preview.js", ".socialsync-preview"}
    assert files >= pages
    copies = {hashlib.sha256((out / name).read_bytes()).hexdigest()[:24] for name in files - pages}
    originals = {hashlib.sha256(path.read_bytes()).hexdigest()[:24] for path in (shop / "posts/media").iterdir()}
    assert copies == originals == {Path(name).stem for name in files - pages}
    assert "nothing changes" in (out / "index.html").read_text(encoding="utf-8")
    before = {name: (out / name).read_bytes() for name in files}
    command("preview", cwd=shop)
    assert {name: (out / name).read_bytes() for name in files} == before


def test_what_a_branch_changes_against_main(shop: Path) -> None:
    git(shop, "checkout", "-q", "-b", "change")
    edited(shop / "posts/winter-sale.yaml", "Winter sale starts today", "Winter sale starts now")
    edited(shop / "posts/opening-hours.yaml", "08:00", "09:30")
    (shop / "posts/workshop-story.yaml").unlink()
    (shop / "posts/media/workshop-story.jpg").unlink()
    git(shop, "commit", "-q", "-a", "-m", "two")
    (shop / "posts/fresh.yaml").write_text(
        "id: fresh-post\nschedule: 2031-02-01 10:00\ntext: New.\nchannels: [facebook]\n", encoding="utf-8"
    )
    command("preview", "--base", "main", "--out", "seen", cwd=shop)
    index = (shop / "seen/index.html").read_text(encoding="utf-8")
    for count in ("1 new", "2 changed", "1 moved", "2 removed"):
        assert count in index
    page = (shop / "seen/2030-12.html").read_text(encoding="utf-8")
    assert "<del>today</del><ins>now</ins>" in page
    removed = page.partition('id="ss1.acme.demo.workshop-story.instagram-story.a1"')[2].partition("</article>")[0]
    assert 'src="media/' in removed  # taken from the commit that still had it
    assert "fresh-post" in (shop / "seen/2031-02.html").read_text(encoding="utf-8")


def test_what_is_wrong_is_shown_and_stops_nothing(shop: Path) -> None:
    edited(shop / "posts/glaze-colours.yaml", "posts/media/glaze-blue.jpg", "posts/media/nowhere.jpg")
    edited(shop / "posts/kiln-news.yaml", "link:", "lnk:")
    said = command("preview", cwd=shop)
    assert "socialsync validate" in said
    index = (shop / "build/preview/index.html").read_text(encoding="utf-8")
    assert "posts/kiln-news.yaml" in index.partition("Must be corrected first")[2].partition("December 2030")[0]
    assert "removed" not in index  # its file is there
    page = (shop / "build/preview/2030-12.html").read_text(encoding="utf-8")
    assert page.count("E-MEDIA-MISSING") == 2


def test_a_configuration_that_cannot_be_read(shop: Path) -> None:
    edited(shop / "socialsync.yaml", "namespace:", "namspace:")
    assert "namspace" in command("preview", cwd=shop, expected=3)
    assert not (shop / "build").exists()


def test_without_git_there_is_nothing_to_compare_with(shop: Path) -> None:
    shutil.rmtree(shop / ".git")
    command("preview", cwd=shop)
    assert "Only what changes" not in (shop / "build/preview/index.html").read_text(encoding="utf-8")


def test_a_commit_that_does_not_exist(shop: Path) -> None:
    told = command("preview", "--base", "no-such-branch", cwd=shop, expected=3)
    assert "There is no commit or branch “no-such-branch” here" in told
    assert not (shop / "build").exists()


def test_pages_of_before_are_gone(shop: Path) -> None:
    command("preview", cwd=shop)
    for path in (shop / "posts").glob("*.yaml"):
        if "2030-12" in path.read_text(encoding="utf-8"):
            edited(path, "2030-12", "2032-01")
    command("preview", cwd=shop)
    months = {path.name for path in (shop / "build/preview").glob("20*.html")}
    assert months == {"2032-01.html"}
    assert [path.name for path in (shop / "build").iterdir()] == ["preview"]


def test_a_folder_that_holds_something_else_is_left_alone(shop: Path) -> None:
    assert "E-OUT" in command("preview", "--out", "posts", cwd=shop, expected=3)
    assert "E-OUT" in command("preview", "--out", ".", cwd=shop, expected=3)
    assert "E-OUT" in command("preview", "--out", "socialsync.yaml", cwd=shop, expected=3)
    assert (shop / "posts/winter-sale.yaml").is_file()


@pytest.mark.parametrize("form", ["html", "ics"])
def test_a_link_in_the_repository_leads_nowhere(form: str, shop: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (shop / "build").symlink_to(elsewhere, target_is_directory=True)
    assert "E-OUT-LINK" in command("preview", "--format", form, cwd=shop, expected=3)
    assert list(elsewhere.iterdir()) == []


def test_the_calendar_file(shop: Path) -> None:
    said = command("preview", "--format", "ics", cwd=shop)
    text = (shop / "build/preview/posts.ics").read_bytes().decode()
    assert text.count("BEGIN:VEVENT\r\n") == 16
    assert "4 without a date" in said
    assert [path.name for path in (shop / "build/preview").iterdir()] == ["posts.ics"]


def test_the_calendar_file_stands_beside_the_pages(shop: Path) -> None:
    command("preview", "--format", "ics", cwd=shop)
    command("preview", cwd=shop)
    command("preview", "--format", "ics", cwd=shop)
    assert {"index.html", "posts.ics"} <= {path.name for path in (shop / "build/preview").iterdir()}


def test_nothing_that_is_left_behind_is_offered_to_git(tmp_path: Path) -> None:
    command("init", ".", "--namespace", "acme", "--timezone", "Europe/Berlin", cwd=tmp_path)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "one")
    for argv in (["apply"], ["plan"], ["validate"], ["preview"], ["preview", "--format", "ics"]):
        command(*argv, cwd=tmp_path)
    said = ["git", "status", "--porcelain", "--untracked-files=all"]
    assert subprocess.run(said, cwd=tmp_path, check=True, capture_output=True).stdout == b""
    left = ["git", "status", "--porcelain", "--ignored=traditional"]
    ignored = subprocess.run(left, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.split()
    assert ignored == ["!!", ".socialsync/", "!!", "build/"]


def test_a_note_is_shown_with_its_card(shop: Path) -> None:
    path = shop / "posts" / "long.yaml"
    path.write_text(f"id: long\nschedule: draft\ntext: {'word ' * 120}\nchannels: [facebook]\n", encoding="utf-8")
    assert "FB-POST-TEXT-LENGTH-SHOWN" not in command("validate", cwd=shop)
    command("preview", cwd=shop)
    assert "see more" in (shop / "build" / "preview" / "undated.html").read_text(encoding="utf-8")
