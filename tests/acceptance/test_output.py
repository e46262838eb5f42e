"""Where output goes that cannot take it: what was done stays done, is told in one line, and ends with its own code."""

import json
import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

COMMAND = os.path.join(sysconfig.get_path("scripts"), "socialsync")
UNPRINTED = 12
POST = "id: welcome\nschedule: 2040-12-01 09:00\ntext: |\n  Grüße … 😀\nchannels:\n  facebook:\n"
NARROW = [
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "latin-1"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]


class Shop:
    """A repository with an emulator site; commands are lines of a shell, in which `socialsync` is the installed one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run("socialsync init --namespace acme")
        self.write("posts/welcome.yaml", POST)
        self.commit()

    def write(self, path: str, text: str) -> None:
        (self.folder / path).write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def commit(self) -> None:
        self.run("git add -A; git -c user.name=Mia -c user.email=mia@example.com commit -qm x")

    def run(self, line: str, **variables: str) -> subprocess.CompletedProcess[str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("SOCIALSYNC_", "PYTHONIO"))}
        path = f"{Path(COMMAND).parent}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", line],
            cwd=self.folder, env=ours | {"PATH": path, **variables}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def settled(self) -> bool:
        """Whether the next run finds everything done, and remembers it."""
        counts = json.loads(self.run("socialsync plan --format json").stdout)["sites"][0]["plan"]["counts"]
        return bool(counts == {"keep": 1})


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """All that was said on standard error: at most one line, and no traceback."""
    assert len(done.stderr.splitlines()) <= 1, done.stderr
    return done.stderr


@pytest.mark.parametrize("variables", NARROW, ids=["ascii", "latin-1", "C"])
def test_a_stream_that_lacks_a_character_gets_its_number(variables: dict[str, str], shop: Shop) -> None:
    done = shop.run("socialsync apply --format markdown > out.txt", **variables)
    assert (done.returncode, complaint(done)) == (0, "")
    assert "- \\u2705 Scheduled: Facebook post" in (shop.folder / "out.txt").read_text(encoding="latin-1")
    assert shop.settled()
    shop.write("posts/welcome.yaml", POST.replace("Grüße", "Grüß Gott"))
    shop.commit()
    done = shop.run("socialsync diff HEAD~1 > out.txt", **variables)
    assert (done.returncode, complaint(done)) == (0, "")
    assert "\\u2026 \\U0001f600" in (shop.folder / "out.txt").read_text(encoding="latin-1")


@pytest.mark.parametrize(
    "verb",
    ["plan", "validate", "status", "rules", "doctor --offline", "new sale", "--help", "emulator feed --db feed.db"],
)
def test_a_full_disk_is_one_line_and_a_code_of_its_own(verb: str, shop: Shop) -> None:
    done = shop.run(f"socialsync {verb} > /dev/full")
    assert done.returncode == UNPRINTED
    assert complaint(done) == "E-OUTPUT: the result could not be written to standard output: No space left on device\n"


def test_what_was_applied_is_in_the_file_though_it_cannot_be_printed(shop: Shop) -> None:
    done = shop.run("socialsync apply --report report.json > /dev/full")
    assert done.returncode == UNPRINTED
    assert "E-OUTPUT" in complaint(done)
    report = json.loads(shop.read("report.json"))
    assert (report["exit_code"], report["sites"][0]["outcome_counts"]) == (0, {"done": 1})
    assert shop.settled()


def test_what_went_wrong_is_told_before_what_could_not_be_printed(shop: Shop) -> None:
    shop.write("posts/welcome.yaml", POST + "  linkedin:\n")
    done = shop.run("socialsync validate > /dev/full")
    assert (done.returncode, "E-OUTPUT" in complaint(done)) == (3, True)
    shop.write("posts/welcome.yaml", POST)
    done = shop.run("socialsync plan --detailed-exitcode > /dev/full")
    assert (done.returncode, "E-OUTPUT" in complaint(done)) == (2, True)


@pytest.mark.parametrize("name", ["nowhere/report.json", "/dev/full"])
def test_a_report_that_cannot_be_kept_is_printed_all_the_same(name: str, shop: Shop) -> None:
    done = shop.run(f"socialsync apply --report {name}")
    assert done.returncode == UNPRINTED
    assert complaint(done).startswith(f"E-OUTPUT: the report could not be written to {name}: No ")
    assert done.stdout.startswith("EMULATOR")
    assert done.stdout.endswith("EMULATOR: nothing was sent to Wix\n")
    assert shop.settled()


@pytest.mark.parametrize("verb", ["rules", "apply", "doctor --offline", "--help", "emulator feed --db feed.db"])
def test_a_reader_that_has_seen_enough_changes_nothing(verb: str, shop: Shop) -> None:
    # The reader is gone before the first byte, which `| head` is only now and then.
    done = shop.run(f"(sleep 1; socialsync {verb}) | true")
    assert (done.returncode, complaint(done)) == (0, "")


@pytest.mark.parametrize("away", [">&-", "2>&-", ">&- 2>&-", "2>/dev/full", "2>&1 >/dev/null | true"])
def test_an_apply_ends_whatever_became_of_its_streams(away: str, shop: Shop) -> None:
    done = shop.run(f"socialsync apply {away}")
    assert (done.returncode, complaint(done)) == (0, "")
    assert shop.settled()


def test_what_ends_a_command_early_is_json_too_where_that_was_asked_for(shop: Shop) -> None:
    for verb in ("plan", "apply", "status", "diff", "validate", "accounts"):
        done = shop.run(f"socialsync -C / {verb} --format json")
        report = json.loads(done.stdout)
        (problem,) = report["problems"]
        assert (report["verb"], problem["code"], report["exit_code"]) == (verb, "E-NO-CONFIG", done.returncode)
        assert done.stderr.startswith("E-NO-CONFIG: ")
