"""socialsync.yaml as Settings: which sites and accounts there are, and what a plan is judged by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from socialsync import cells as cell_files
from socialsync import keys
from socialsync.cells import Cell, Cells
from socialsync.model.intents import Waiver
from socialsync.model.problems import Location, Problem
from socialsync.model.sites import Blackout, Policy, Site
from socialsync.source import documents, paths, times, waivers
from socialsync.source.documents import Document, Path
from socialsync.source.tree import Tree
from socialsync.source.words import listed, shown, suggest

FILE = "socialsync.yaml"
LATE = "30m"


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything that socialsync.yaml says."""

    root: str  # the repository's folder
    namespace: str
    timezone: str
    late_seconds: int
    sites: Mapping[str, Site]
    cells: Cells
    policy: Policy
    waivers: tuple[Waiver, ...]
    people: tuple[str, ...] = ()  # GitHub names: who is told when something needs a person


def load(tree: Tree) -> tuple[Settings | None, tuple[Problem, ...]]:
    """The settings of the repository as `tree` holds it, or everything that is wrong with them (then no settings)."""
    data = tree.read(FILE, documents.POST_BYTES)
    if data is None:
        message = "There is no socialsync.yaml."
        place = Location(path=FILE)
        return None, (Problem(code="E-CONFIG-MISSING", message=message, location=place, hint="Run `socialsync init`."),)
    document, problems = documents.read(data, FILE, prose=False)
    if document is None:
        return None, tuple(problems)
    problems = list(_structure(document))
    if problems:
        return None, tuple(sorted(problems, key=lambda problem: problem.location))
    cells, problems = _cells(document, tree)
    allowed, more = waivers.read(document.data.get("allow", ()), document, ("allow",))
    blackouts, closed = _blackouts(document)
    problems += [*more, *closed, *_judged(document, cells)]
    if problems:
        return None, tuple(sorted(problems, key=lambda problem: problem.location))
    return _settings(document, tree.root, cells, allowed, blackouts), ()


def _settings(
    document: Document, root: str, cells: Cells, allowed: tuple[Waiver, ...], blackouts: tuple[Blackout, ...]
) -> Settings:
    data = document.data
    zone = data.get("timezone", "UTC")
    late = times.seconds(data.get("late", LATE))
    assert late is not None
    sites = {
        name: Site(
            name=name,
            wix=site.get("wix", ""),
            key_env=site.get("key_env", "WIX_API_KEY"),
            posts=_folder(site),
            delivery=site.get("delivery", "wix"),
            accounts=site["accounts"],
            late_seconds=late,
            waivers=allowed,
        )
        for name, site in data["sites"].items()
    }
    policy = Policy(namespace=data["namespace"], timezone=zone, no_posts=blackouts, pause=data.get("pause", False))
    return Settings(
        root=root,
        namespace=data["namespace"],
        timezone=zone,
        late_seconds=late,
        sites=sites,
        cells=cells,
        policy=policy,
        waivers=allowed,
        people=tuple(data.get("people", ())),
    )


def _structure(document: Document) -> Iterator[Problem]:
    from socialsync.source import schemas

    validator = schemas.config_validator()
    if validator.is_valid(document.data):
        return
    for path, keyword, message, hint in validator.explain(document.data):
        place = document.key_place(path) if keyword == "additionalProperties" else document.place(path)
        if path[-1:] == ("key_env",) and keyword == "pattern":
            # Never repeat what may be a secret.
            message = "This is not the name of an environment variable. If it is the key itself, it is public now."
            hint = "Write a name such as WIX_API_KEY; a key that was committed must be replaced at Wix."
            yield Problem(code="E-CONFIG-KEY", message=message, location=place, hint=hint)
        else:
            said = hint or _hint(path)
            yield Problem(code=_CODES.get(keyword, "E-CONFIG"), message=message, location=place, hint=said)


def _hint(path: Path) -> str:
    """How a name or value is written for which the schema has no word of its own."""
    match path:
        case (*_, "late"):
            return "Write it like “30m”, “3h” or “2d”."
        case ("sites", _):
            return "A site is named in lower-case letters, digits and dashes."
        case ("sites", _, "accounts", _):
            return "An account is written as channel or channel@name, like “facebook@berlin”."
        case _:
            return "Compare it with the documentation of socialsync.yaml."


_CODES = {"additionalProperties": "E-CONFIG-UNKNOWN", "required": "E-CONFIG-REQUIRED"}


def _judged(document: Document, cells: Cells) -> Iterator[Problem]:
    """What a schema cannot say: zones, durations, folders, aliases, lengths of keys."""
    data = document.data
    if (complaint := times.zone_problem(data.get("timezone", "UTC"))) is not None:
        yield _problem("E-ZONE", complaint, document.place(("timezone",)))
    if times.seconds(data.get("late", LATE)) is None:
        yield _problem(
            "E-CONFIG-LATE", ("This is too long.", "Write it like “30m”, “3h” or “2d”."), document.place(("late",))
        )
    folders: dict[str, str] = {}
    ids: dict[str, str] = {}
    for name, site in data["sites"].items():
        if "wix" in site and (other := ids.setdefault(site["wix"], name)) != name:
            message = f"The sites {shown(other)} and {shown(name)} have the same id, so they are one site at Wix."
            hint = "Give each the id of its own dashboard; the other would take its posts for somebody else's."
            yield _problem("E-CONFIG-WIX", (message, hint), document.place(("sites", name, "wix")))
        yield from _folder_problems(document, name, site, folders)
        for alias in site["accounts"]:
            yield from _alias_problems(document, name, alias, cells)


def _folder_problems(
    document: Document, name: str, site: Mapping[str, Any], folders: dict[str, str]
) -> Iterator[Problem]:
    path = ("sites", name, "posts")
    folder = _folder(site)
    if (complaint := paths.complaint(folder.rstrip("/"))) is not None:
        yield _problem("E-PATH", complaint, document.place(path))
        return
    for other, taken in folders.items():
        if folder.startswith(taken) or taken.startswith(folder):
            message = f"The folders of the sites {shown(other)} and {shown(name)} overlap: {taken} and {folder}."
            hint = "A post belongs to the site in whose folder it lies: give each site a folder of its own."
            yield _problem("E-CONFIG-FOLDERS", (message, hint), document.place(path))
    folders[name] = folder


def _alias_problems(document: Document, site: str, alias: str, cells: Cells) -> Iterator[Problem]:
    place = document.key_place(("sites", site, "accounts", alias))
    channel, _, account = alias.partition("@")
    of_channel = cells.of_channel(channel)
    if not of_channel:
        known = sorted({cell.channel for cell in cells if not cell.closed})
        hint = suggest(channel, known) or f"There are {listed(known)}."
        yield _problem("E-CHANNEL", (f"{shown(channel)} is not a channel.", hint), place)
    namespace = document.data["namespace"]
    if of_channel and not all(keys.fits(namespace, site, c.channel, c.type, account) for c in of_channel):
        room = min(keys.room_for_account(namespace, site, c.channel, c.type) for c in of_channel)
        parts = {"namespace": namespace, "name of the site": site}
        longer = max(parts, key=lambda part: len(parts[part]))
        message = "Namespace, site and account are too long together for the name of an item."
        hint = (
            f"Shorten the name of the account, {shown(account)}: it may have {room} character{'s' if room > 1 else ''}."
            if account and room > 0
            else f"Shorten the {longer}, {shown(parts[longer])}."
        )
        yield _problem("E-KEY-LENGTH", (message, hint), place)


def _blackouts(document: Document) -> tuple[tuple[Blackout, ...], list[Problem]]:
    found: list[Blackout] = []
    problems: list[Problem] = []
    for index, entry in enumerate(document.data.get("no_posts", ())):
        path: Path = ("no_posts", index)
        days = {end: waivers.day(entry[end]) for end in ("from", "to")}
        problems += [waivers.no_such_day(entry[end], document, (*path, end)) for end in days if days[end] is None]
        first, last = days["from"], days["to"]
        if first is None or last is None:
            continue
        if last < first:
            complaint = ("The last day is before the first.", "Exchange “from” and “to”.")
            problems.append(_problem("E-DATE", complaint, document.place((*path, "to"))))
        found.append(Blackout(first=first, last=last, reason=entry["reason"]))
    return tuple(found), problems


def _cells(document: Document, tree: Tree) -> tuple[Cells, list[Problem]]:
    """The packaged cells, and those that the repository adds by `schemas:`."""
    by_name = dict(cell_files.packaged().by_name)
    packaged = frozenset(by_name)
    problems: list[Problem] = []
    for index, folder in enumerate(document.data.get("schemas", ())):
        place = document.place(("schemas", index))
        if (complaint := paths.complaint(folder.rstrip("/"))) is not None:
            problems.append(_problem("E-PATH", complaint, place))
            continue
        files = [path for path in tree.paths(folder) if path.endswith(".json")]
        if not files:
            complaint = (f"There is no channel file in {shown(folder)}.", "Lay it out as <channel>/<type>.json.")
            problems.append(_problem("E-CONFIG-SCHEMAS", complaint, place))
        for path in files:
            cell, wrong = _cell(tree.read(path) or b"", path)
            if cell is not None and cell.name in packaged:
                hint = "Choose another name; the limits of a channel are changed in socialsync itself."
                wrong = [
                    _problem(
                        "E-CONFIG-SCHEMAS", (f"{shown(cell.name)} comes with socialsync.", hint), Location(path=path)
                    )
                ]
            elif cell is not None:
                by_name[cell.name] = cell
            problems += wrong
    return Cells(by_name=dict(sorted(by_name.items()))), problems


def _cell(data: bytes, path: str) -> tuple[Cell | None, list[Problem]]:
    import json

    from socialsync.source import schemas

    try:
        content = json.loads(data)
    except ValueError as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        place = Location(path=path, line=line, column=column)
        return None, [
            _problem("E-CONFIG-SCHEMAS", ("This is not JSON.", "Compare it with a packaged channel file."), place)
        ]
    reasons = schemas.cell_validator().explain(content)
    if reasons:
        return None, [
            _problem(
                "E-CONFIG-SCHEMAS", (f"{'/'.join(map(str, where)) or 'The file'}: {message}", hint), Location(path=path)
            )
            for where, _, message, hint in reasons
        ]
    return cell_files.parse(content), []


def _folder(site: Mapping[str, Any]) -> str:
    return str(site.get("posts", "posts/")).rstrip("/") + "/"


def _problem(code: str, complaint: tuple[str, str], place: Location) -> Problem:
    return Problem(code=code, message=complaint[0], location=place, hint=complaint[1])
