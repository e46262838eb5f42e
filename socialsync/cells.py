"""Cells: one JSON file per channel and type is the whole truth about it; this loads them as values.

The files stand in `schemas/channels/<channel>/<type>.json` (in an installed wheel: `socialsync/_schemas`). Their
shape is `schemas/cell.schema.json`. Adding a channel or changing a limit changes data, never this code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from socialsync.model.problems import Severity

_LOOK_APART = frozenset({"ratio", "fold", "actions", "video", "source", "evidence", "checked"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One limit of a cell. `measure` says what is measured (limits.py knows how), `field` of what."""

    code: str  # stable, e.g. "IG-CAPTION-LENGTH"
    cell: str
    field: str  # text, title, link, media, or an extra
    measure: str
    unit: str = ""
    min: float | None = None
    max: float | None = None
    values: tuple[str, ...] = ()  # allowed values, e.g. MIME types
    applies: str = ""  # "image", "video", "single-video", "carousel"; empty: always
    severity: Severity = Severity.ERROR
    message: str = ""  # one plain sentence: why, and what to do
    source: str = ""
    evidence: str = ""  # tag of the references: W, N, n, T, m
    checked: str = ""  # ISO date


@dataclass(frozen=True, kw_only=True, slots=True)
class WireField:
    """How an extra field is written on the wire."""

    name: str
    values: Mapping[str, str]  # YAML value -> wire value; empty: as it is
    options: str = ""  # path in the account's data that lists the wire values this account allows


@dataclass(frozen=True, kw_only=True, slots=True)
class WireMedia:
    """Where media go: a single-URL field for one image or one video, a wrapper for the rest; "" if there is none."""

    image: str = ""
    video: str = ""
    wrapper: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WireAccount:
    """Where the channel's accounts carry what: `key` of the one-of, path of the second id, names of sent ids."""

    key: str  # "facebook"
    second: str = ""  # path, e.g. "page.id"; empty: the channel has no second id
    name: tuple[str, ...] = ()  # paths of names to show, first that exists
    sends: Mapping[str, str]  # wire field -> "account" or "second"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wire:
    """The item's shape at the service."""

    channel: str  # INSTAGRAM
    type: str  # POST
    content: str  # instagramPost
    text: str = ""
    title: str = ""
    link: str = ""
    media: WireMedia
    account: WireAccount
    fields: Mapping[str, WireField]
    permalinks: tuple[str, ...] = ()  # fields of the content object that may carry the public address


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """Roughly how a post looks on its channel, for `preview`; what a cell does not say is drawn plainly."""

    layout: str = "text-first"  # or "media-first", or "overlay": the text stands on the picture
    head: str = "above"  # or "below": where the account's name stands
    avatar: str = "round"  # or "square", "ring"
    signed: bool = False  # whether the text begins with the account's name
    min_ratio: float = 0.0  # width:height of the narrowest and the widest picture shown whole; 0: no bound
    max_ratio: float = 0.0
    fit: str = "cover"  # what happens beyond: cut ("cover") or borders ("contain")
    several: str = "carousel"  # or "grid"
    fold_characters: int | None = None  # from here on the text hides behind a word; None: it never does
    fold_lines: int = 0  # the same in lines; 0: no bound
    fold_word: str = "more"
    actions: tuple[str, ...] = ()  # signs below the post
    button: str = ""  # the field whose value is a button's label
    colour: str = "#5b6472"
    video: Look | None = None  # where a single video looks otherwise


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One channel and type."""

    channel: str
    type: str
    title: str  # "Instagram post"
    default: bool  # whether the bare channel means this type
    closed: str  # why nothing can be posted any more; empty: open
    example: str  # id of the example post that shows it, or ""
    link_or_media: bool  # whether a link beside media cannot be sent: media wins
    schema: Mapping[str, Any]  # JSON Schema of the target's fields, overrides applied
    rules: tuple[Rule, ...]
    wire: Wire
    look: Look = Look()

    @property
    def name(self) -> str:
        return f"{self.channel}/{self.type}"

    @property
    def carries(self) -> frozenset[str]:
        """The fields that this cell can carry."""
        return frozenset(self.schema["properties"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Cells:
    """All cells in use, by name `channel/type`."""

    by_name: Mapping[str, Cell]

    def __iter__(self) -> Iterator[Cell]:
        return iter(self.by_name.values())

    def get(self, channel: str, type_: str = "") -> Cell | None:
        """The cell, or the channel's default if no type is given; None if there is none."""
        if type_:
            return self.by_name.get(f"{channel}/{type_}")
        return next((cell for cell in self if cell.channel == channel and cell.default), None)

    def of_channel(self, channel: str) -> tuple[Cell, ...]:
        return tuple(cell for cell in self if cell.channel == channel)

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(cell.channel for cell in self))

    def by_wire(self, channel: str, type_: str, content: str) -> Cell | None:
        """The cell of an item as the service names it."""
        for cell in self:
            wire = cell.wire
            if (wire.channel, wire.type, wire.content) == (channel, type_, content):
                return cell
        return None


def schemas_dir() -> Path:
    """The folder of the packaged schemas: beside the package in a checkout, inside it in a wheel."""
    inside = Path(__file__).parent / "_schemas"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "schemas"


@cache
def packaged() -> Cells:
    """The cells that come with the tool."""
    return load([schemas_dir() / "channels"])


def load(folders: Iterable[Path]) -> Cells:
    """The cells below `folders`, in the order of their names. Files are trusted to follow the meta-schema (a test
    holds the packaged ones to it, `config` those that a repository adds)."""
    cells: dict[str, Cell] = {}
    for folder in folders:
        for path in sorted(folder.glob("*/*.json")):
            cell = parse(json.loads(path.read_bytes()))
            cells.setdefault(cell.name, cell)
    return Cells(by_name=dict(sorted(cells.items())))


def parse(data: Mapping[str, Any]) -> Cell:
    """One cell file's JSON as a Cell."""
    name = f"{data['channel']}/{data['type']}"
    return Cell(
        channel=data["channel"],
        type=data["type"],
        title=data["title"],
        default=data.get("default", False),
        closed=data.get("closed", ""),
        example=data.get("example", ""),
        link_or_media=data.get("link_or_media", False),
        schema=data["schema"],
        rules=tuple(_rule(name, entry) for entry in data["limits"]),
        wire=_wire(data["wire"]),
        look=_look(data.get("preview", {})),
    )


def _rule(cell: str, data: Mapping[str, Any]) -> Rule:
    return Rule(
        **{
            **data,
            "cell": cell,
            "values": tuple(data.get("values", ())),
            "severity": Severity(data.get("severity", "error")),
        }
    )


def _wire(data: Mapping[str, Any]) -> Wire:
    account = data["account"]
    return Wire(
        **{
            **data,
            "media": WireMedia(**data.get("media", {})),
            "account": WireAccount(
                key=account["key"],
                second=account.get("second", ""),
                name=tuple(account.get("name", ("displayName",))),
                sends=account.get("sends", {}),
            ),
            "fields": {
                name: WireField(name=entry["name"], values=entry.get("values", {}), options=entry.get("options", ""))
                for name, entry in data.get("fields", {}).items()
            },
            "permalinks": tuple(data.get("permalinks", ())),
        }
    )


def _look(data: Mapping[str, Any]) -> Look:
    ratio, fold = data.get("ratio", {}), data.get("fold", {})
    plain = {name: value for name, value in data.items() if name not in _LOOK_APART}
    return Look(
        **plain,
        min_ratio=ratio.get("min", 0.0),
        max_ratio=ratio.get("max", 0.0),
        fold_characters=fold.get("characters"),
        fold_lines=fold.get("lines", 0),
        fold_word=fold.get("word", "more"),
        actions=tuple(data.get("actions", ())),
        video=_look({**data, "video": None, **data["video"]}) if data.get("video") else None,
    )
