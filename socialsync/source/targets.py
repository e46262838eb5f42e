"""One target of a post as an Intent: what the post says, overrides applied, and only what the cell can carry."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any, NamedTuple

from socialsync import keys
from socialsync.cells import Cell
from socialsync.config import Settings
from socialsync.model.intents import Content, DesiredState, Intent, MediaRef, Target, Timing, TimingKind, Waiver
from socialsync.model.problems import Location, Problem, Severity
from socialsync.source import limits, links, schedules, schemas, waivers
from socialsync.source.attachments import Attachments
from socialsync.source.documents import Path
from socialsync.source.post import FRAME, NOTHING, Post
from socialsync.source.words import accounts_near, shown

_OF_TARGET = FRAME | {"attempt", "adopt", "key"}
_NO_TIMING = Timing(kind=TimingKind.DRAFT)


class _Said(NamedTuple):
    """What one target of a post says, and what its limits, files and accounts find."""

    target: Target
    own: Mapping[str, Any]
    path: Path
    keys: tuple[str, ...]
    timing: Timing | None
    allow: tuple[Waiver, ...]
    content: Content
    unsent: tuple[str, ...]
    findings: list[Problem]


class Reader:
    """Makes Intents of Posts, or only judges them, for one tree and its settings."""

    def __init__(self, settings: Settings, attachments: Attachments, history: Container[str]) -> None:
        self._settings = settings
        self._attachments = attachments
        self._history = history
        self._named: dict[str, tuple[Cell, Target, str, frozenset[str]]] = {}

    def intents(self, post: Post) -> Iterator[tuple[Intent, list[Problem]]]:
        """Every target of `post` with what is found there; mistakes that concern more go to `post.problems`."""
        for said in self._targets(post):
            own, state = said.own, post.document.data.get("state")
            if "state" in own:
                state = own["state"]
            intent = Intent(
                key=said.keys[-1],
                site=post.site.name,
                post_id=post.id,
                target=said.target,
                content=said.content,
                timing=said.timing or _NO_TIMING,
                location=post.document.key_place(said.path),
                state=DesiredState(state) if state else DesiredState.LIVE,
                attempt=len(said.keys),
                older_keys=said.keys[:-1],
                adopt=own.get("adopt", ""),
                waivers=said.allow,
                unsent=said.unsent,
            )
            yield intent, said.findings

    def judged(self, post: Post) -> Iterator[tuple[str, list[Problem]]]:
        """The key of every target with what is found there, as `intents` finds it."""
        for said in self._targets(post):
            yield said.keys[-1], said.findings

    def _targets(self, post: Post) -> Iterator[_Said]:
        channels = post.document.data["channels"]
        taken: dict[tuple[str, str, str], str] = {}
        if type(channels) is dict:
            written = [(name, own or NOTHING, ("channels", name)) for name, own in channels.items()]
        else:
            listed_ = [(name, NOTHING, ("channels", index)) for index, name in enumerate(channels)]
            written = [each for each in listed_ if each[2] not in post.document.refused]
        for name, own, path in written:
            cell, target, alias, carried = self._named.get(name) or self._target(name)
            account = post.site.accounts.get(alias)
            other = taken.setdefault((target.channel, target.type, alias if account is None else account), name)
            if other is not name:
                message = f"{shown(name)} and {shown(other)} are the same account: it would be posted there twice."
                place = post.document.key_place(path)
                post.problems.append(
                    Problem(code="E-TARGET-TWICE", message=message, location=place, hint="Keep one of the two.")
                )
                continue
            named = self._keys(post, target, own, path)
            if named is None:
                continue
            history = named[-1] in self._history
            findings: list[Problem] = []
            timing, allow = self._of_target(post, own, path) if own else (post.timing, post.allow)
            content, unsent = self._content(post, cell, carried, own, path, findings, history=history)
            if history:
                findings = []
            elif cell.closed or account is None:
                findings.append(_no_account(post, cell, alias, path))
            yield _Said(target, own, path, named, timing, allow, content, unsent, findings)

    def _target(self, name: str) -> tuple[Cell, Target, str, frozenset[str]]:
        """Cell, target, alias and the fields it can carry, of a name that the post schema has accepted."""
        cell_name, _, account = name.partition("@")
        channel, _, type_ = cell_name.partition("/")
        cell = self._settings.cells.get(channel, type_)
        assert cell is not None
        target = Target(channel=channel, type=cell.type, account=account)
        found = self._named[name] = cell, target, target.alias, cell.carries
        return found

    def _of_target(self, post: Post, own: Mapping[str, Any], path: Path) -> tuple[Timing | None, tuple[Waiver, ...]]:
        """When a target goes out, and what is allowed there: its own fields before the post's."""
        timing, allow = post.timing, post.allow
        if not own.keys().isdisjoint(schedules.FIELDS):
            timing, wrong = schedules.timing(
                post.document.data,
                own,
                post.document,
                path,
                zone=self._settings.timezone,
                late_seconds=post.site.late_seconds,
            )
            post.problems += wrong
        if "allow" in own:
            mine, wrong = waivers.read(own["allow"] or (), post.document, (*path, "allow"))
            post.problems += wrong
            allow = mine + post.allow if own["allow"] is not None else ()
        return timing, allow

    def _keys(self, post: Post, target: Target, own: Mapping[str, Any], path: Path) -> tuple[str, ...] | None:
        """The keys of all attempts up to the target's own."""
        namespace, site, account = self._settings.namespace, post.site.name, target.account
        if "key" in own:
            channel, _, account = own["key"].partition("@")
            if channel != target.channel or (account and not keys.PART.match(account)):
                message = f"{shown(own['key'])} is not an alias of {target.channel}."
                hint = f"Write the alias that the account had before, such as “{target.channel}@berlin”."
                place = post.document.place((*path, "key"))
                post.problems.append(Problem(code="E-KEY", message=message, location=place, hint=hint))
                return None
        if not keys.fits(namespace, site, target.channel, target.type, account):
            message = f"The account's name {shown(account)} is too long."
            room = max(keys.room_for_account(namespace, site, target.channel, target.type), 0)
            hint = f"Namespace, site and account share 64 characters with the post's id; it may have {room} characters."
            place = post.document.key_place(path)
            post.problems.append(Problem(code="E-KEY-LENGTH", message=message, location=place, hint=hint))
            return None
        return tuple(
            [
                keys.key(
                    namespace=namespace,
                    site=site,
                    post_id=post.id,
                    channel=target.channel,
                    type_=target.type,
                    account=account,
                    attempt=number,
                )
                for number in range(1, own.get("attempt", 1) + 1)
            ]
        )

    def _content(
        self,
        post: Post,
        cell: Cell,
        carried: frozenset[str],
        own: Mapping[str, Any],
        path: Path,
        findings: list[Problem],
        *,
        history: bool,
    ) -> tuple[Content, tuple[str, ...]]:
        """What goes out, and in plain words what is kept in git; adds what is wrong with it to `findings`."""
        says = {name: value for name, value in post.says.items() if name in carried}
        unsent = [name for name in post.says if name not in carried]
        for name, value in own.items():
            if name not in _OF_TARGET:
                value = post.filled(value, *path, name)
                if value:
                    says[name] = value
                else:
                    says.pop(name, None)

        entries: list[int] = []

        def at(name: str) -> Path:
            return (*path, name) if name in own else (name,) if name in post.says else path

        def origin(name: str, index: int) -> Location:
            return post.document.place(at(name) if index < 0 else (*at(name), entries[index]))

        if cell.link_or_media and "link" in says and "media" in says:
            del says["link"]
            unsent.append("link (a picture goes out instead)")
            if own.get("link"):
                message = f"{cell.title}: a link or media can go out, not both; the media would."
                place = post.document.place((*path, "link"))
                findings.append(_finding("E-LINK-AND-MEDIA", message, place, "Write “media: null” beside this link."))
        if not history and not schemas.is_valid(cell, says):
            findings += [
                _finding(
                    "E-FIELD-VALUE" if where else "E-FIELD-REQUIRED",
                    message,
                    post.document.place(_within(where, at, path)),
                    hint,
                )
                for where, _, message, hint in schemas.explain(cell, says)
            ]
        media: tuple[MediaRef, ...] = ()
        if "media" in says:
            media, entries, wrong = self._attachments.refs(
                says.pop("media"), post.document, at("media"), history=history
            )
            findings += wrong
            unsent += [f"alt text of {(ref.path or ref.file_id).rpartition('/')[2]}" for ref in media if ref.alt]
        text, title, link = says.pop("text", ""), says.pop("title", ""), says.pop("link", "")
        extras = tuple(sorted((name, _plain(value)) for name, value in says.items())) if says else ()
        content = Content(text=text, title=title, link=link, media=media, extras=extras)
        if not history:
            if link and (complaint := links.complaint(link)) is not None:
                findings.append(_finding("E-LINK", complaint[0], post.document.place(at("link")), complaint[1]))
            findings += limits.check(cell, content, origin=origin)
        if post.unfilled:  # what else is wrong with a text follows from the template that could not be filled in
            unfilled = {post.document.place(each) for each in post.unfilled}
            findings[:] = [finding for finding in findings if finding.location not in unfilled]
        return content, tuple(unsent)


def _no_account(post: Post, cell: Cell, alias: str, path: Path) -> Problem:
    """Why nothing can be sent to a target whose channel is closed or whose account nobody has named."""
    place = post.document.key_place(path)
    if cell.closed:
        return Problem(code="E-CHANNEL-CLOSED", message=cell.closed, location=place)
    message = f"There is no account {shown(alias)} in socialsync.yaml for the site {shown(post.site.name)}."
    hint = accounts_near(alias, post.site.accounts)
    return Problem(code="E-ACCOUNT", message=message, location=place, hint=hint)


def _within(where: Path, at: Any, path: Path) -> Path:
    """The place in the file of a place in a target's effective fields."""
    return (*at(where[0]), *where[1:]) if where else path


def _plain(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _finding(code: str, message: str, place: Location, hint: str) -> Problem:
    return Problem(code=code, message=message, location=place, hint=hint, severity=Severity.ERROR)
