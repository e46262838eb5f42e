"""One case's world: a repository with its origin, a site at the emulator, a clock, and what git has approved so far."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from .command import Launcher, Result, Running
from .content import MEDIA, NAMESPACE, SITE, TARGETS, Post, Want, wants
from .service import KEY, Service

START = datetime(2031, 3, 3, 8, 0, tzinfo=UTC)
"""Where the clock stands at first in worlds whose clock is free."""

_emulator_sites: dict[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Which world: `wix` sites keep State on a branch at `origin` and live by the wall clock; the others are emulator
    sites, with State in a file and a clock that can be set at will. `local` sites have `delivery: local`, and a plan at
    Wix that cannot schedule."""

    profile: str = "u1"
    wix: bool = False
    local: bool = False
    settings: tuple[tuple[str, Any], ...] = ()

    @property
    def name(self) -> str:
        more = "".join(f"+{name}={value}" for name, value in self.settings)
        return f"{self.profile}{'-wix' if self.wix else ''}{'-local' if self.local else ''}{more}"


class World:
    """A fresh one for every case; `close` removes it from the disk."""

    def __init__(self, service: Service, launcher: Launcher, setting: Setting) -> None:
        self.service, self.launcher, self.setting = service, launcher, setting
        self.folder = Path(tempfile.mkdtemp(prefix="socialsync-suite-"))
        self.clone = self.folder / "clone"
        self.env = _environment(self.folder, service.url)
        self.posts: dict[str, Post] = {}
        self.approved: dict[str, list[Want]] = defaultdict(list)
        self.expected: dict[str, Want] = {}
        self.by_hand: set[str] = set()  # keys that a person has meddled with
        self.written: list[str] = []  # everything the command printed
        self.extra_config = ""
        service.reset()
        service.control("PUT", "profile", {"profile": setting.profile})
        if setting.settings:
            service.settings(**dict(setting.settings))
        if setting.local:
            service.settings(features={"SCHEDULE_POST": {"enabled": False}})
        self._moved = timedelta()
        if setting.wix:
            self.base = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
            self.site = str(uuid.uuid5(uuid.NAMESPACE_URL, str(self.folder)))
        else:
            self.base = START
            self.set_clock(START)
            self.site = _emulator_sites.get(NAMESPACE, "")
        self._new_repository()
        self.watched_from = 0  # requests up to this number were the suite's own

    def close(self) -> None:
        self.service.clear_holds()
        shutil.rmtree(self.folder, ignore_errors=True)

    # Time

    def at(self, **ahead: float) -> datetime:
        return self.base + timedelta(**ahead)

    def now(self) -> datetime:
        return datetime.fromisoformat(self.service.control("GET", "clock")["now"])

    def set_clock(self, moment: datetime) -> None:
        self.service.control("PUT", "clock", {"now": moment.isoformat(), "speed": 1})

    # The repository

    def git(self, *arguments: str, where: Path | None = None) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=where or self.clone, env=self.env, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def _new_repository(self) -> None:
        self.clone.mkdir()
        self.git("init", "-q", "-b", "main")
        if self.setting.wix:
            self.git("init", "-q", "--bare", "-b", "main", str(self.folder / "origin.git"))
            self.git("remote", "add", "origin", str(self.folder / "origin.git"))
        media = self.clone / "posts" / "media"
        media.mkdir(parents=True)
        for name in ("glaze-all.jpg", "glaze-blue.jpg", "glaze-green.jpg"):
            shutil.copy(MEDIA / name, media / name)
        (self.clone / ".gitignore").write_text(".socialsync/\n")
        self.write_config()

    def write_config(self, *, namespace: str = NAMESPACE, more: str = "") -> None:
        kind = f"wix: {self.site}\n    key_env: SUITE_KEY" if self.setting.wix else "emulator: true"
        accounts = "".join(f'      {name}: "{target.pinned}"\n' for name, target in TARGETS.items())
        text = f"namespace: {namespace}\ntimezone: UTC\nlate: 30m\nsites:\n  {SITE}:\n    {kind}\n"
        delivery = "    delivery: local\n" if self.setting.local else ""
        text += f"    posts: posts/\n{delivery}{self.extra_config}    accounts:\n{accounts}{more}"
        (self.clone / "socialsync.yaml").write_text(text)

    def put(self, *posts: Post, remove: Iterable[str] = ()) -> None:
        """The tree of the next commit: these posts new or changed, those ids gone; then the commit, pushed."""
        for post in posts:
            old = self.posts.get(post.id)
            if old is not None and old.file != post.file:
                (self.clone / old.file).unlink()
            path = self.clone / post.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(post.yaml())
            self.posts[post.id] = post
        for name in remove:
            (self.clone / self.posts.pop(name).file).unlink()
        self.commit()

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "change")
        if self.setting.wix:
            self.git("push", "-q", "origin", "main")
        now = self.now()
        self.expected = {}
        for post in self.posts.values():
            for key, want in wants(post, now).items():
                self.approved[key].append(want)
                self.expected[key] = want

    def forget(self) -> None:
        """As on a new machine: a fresh clone. State comes from origin, or is lost with an emulator site's files."""
        if self.setting.wix:
            fresh = self.folder / f"clone-{len(list(self.folder.iterdir()))}"
            self.git("clone", "-q", str(self.folder / "origin.git"), str(fresh), where=self.folder)
            shutil.rmtree(self.clone)
            self.clone = fresh
        else:
            shutil.rmtree(self.clone / ".socialsync", ignore_errors=True)
            self.catch_up()

    def catch_up(self) -> None:
        """It takes the next run, or a new machine, longer to come than any listing lags."""
        self.service.control("POST", "clock/advance", {"by": 30})

    def second_clone(self, name: str = "other") -> Path:
        """Another checkout of the same commit, with the same State."""
        other = self.folder / name
        if self.setting.wix:
            self.git("clone", "-q", str(self.folder / "origin.git"), str(other), where=self.folder)
        else:
            shutil.copytree(self.clone, other)
        return other

    # The site

    @property
    def site_id(self) -> str:
        """The site's id at the emulator; the command derives an emulator site's, so it has to be asked once."""
        if not self.site:
            self.run("accounts")
            self.site = _emulator_sites[NAMESPACE] = self.service.control("GET", "sites")["sites"][0]["id"]
        return self.site

    def foreign(self) -> tuple[str, ...]:
        """Three items of other programs and people: scheduled (where that can be), a draft, and one made on the network
        itself."""
        target = TARGETS["linkedin"]
        content = {"caption": "made by hand", "authorId": target.second}
        item = {
            "type": target.type,
            "channel": {"name": target.channel, "accountId": target.account},
            target.content: content,
        }
        made = []
        for reference in ("someone-else-1", None):
            draft = {**item, **({"referenceId": reference} if reference else {})}
            made.append(self.service.api(self.site_id, "POST", "/items", {"item": draft})["item"]["id"])
        date = self.at(days=40).isoformat().replace("+00:00", "Z")
        if not self.setting.local:
            self.service.api(self.site_id, "POST", "/publish-by-id", {"id": made[0], "scheduledDate": date})
        imported = self.service.dashboard("post", site=self.site_id, item=item)
        self.watched_from = self.service.last_request()
        return (*made, imported["item"]["id"])

    def item(self, key: str) -> dict[str, Any]:
        """The newest item with this key."""
        found = [item for item in self.service.items(self.site_id) if item.get("referenceId") == key]
        assert found, f"no item with {key}"
        return found[-1]

    # Running

    def start(self, *argv: str, where: Path | None = None, env: dict[str, str] | None = None) -> Running:
        return self.launcher.start(list(argv), where or self.clone, {**self.env, **(env or {})})

    def run(self, *argv: str, where: Path | None = None, env: dict[str, str] | None = None) -> Result:
        return self.ended(self.start(*argv, where=where, env=env))

    def ended(self, running: Running, seconds: float = 300.0) -> Result:
        result = running.wait(seconds)
        self.written += [result.out, result.err]
        return result

    def apply(self, *more: str, where: Path | None = None) -> Result:
        return self.run("apply", "--format", "json", *more, where=where)

    def applied(self, *codes: int) -> Result:
        """An apply that sets the stage: anything but these codes is a fault of the case."""
        result = self.apply()
        assert result.code in (codes or (0,)), f"setting the stage ended with {result.code}: {result.err}{result.out}"
        return result


def _environment(folder: Path, url: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        **{name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ},
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TMPDIR": str(folder),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
           for what, value in (("NAME", "suite"), ("EMAIL", "suite@example.com"))},
        "SOCIALSYNC_API": url,
        "SUITE_KEY": KEY,
        "NO_COLOR": "1",
    }  # fmt: skip
