"""One post on one channel as a card: what is drawn, what is said about it, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from socialsync.cells import Cell, Cells, Look
from socialsync.model.intents import Content, DesiredState, Intent, MediaKind, MediaRef, TimingKind
from socialsync.model.problems import Problem, Severity
from socialsync.report import content, times, words
from socialsync.report.preview import differences, likeness
from socialsync.report.preview.differences import Compared, Sort
from socialsync.report.view import Body, Fact

# Endings that a browser knows; a file of any other type is named, not shown. Never the file's own ending.
_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
}


def media_name(ref: MediaRef) -> str:
    """Where a file's copy lies, from the pages: `media/<digest>.jpg`; empty for what is not here or not shown."""
    ending = _ENDINGS.get(ref.mime)
    return f"media/{ref.digest[:24]}.{ending}" if ref.digest and ending else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """One picture or video in its window. `file` is empty if there is nothing to show; `frame` names the shape."""

    file: str
    video: bool
    name: str
    alt: str
    frame: str
    fit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """Everything that is shown of one post on one channel; all words chosen, nothing escaped."""

    id: str
    post: str
    site: str
    channel: str
    cell: str  # "instagram-post"
    title: str  # "Instagram post"
    account: str  # "berlin" of facebook@berlin
    name: str  # what stands where the channel shows the account's name
    sorts: tuple[Sort, ...]
    off: str  # why it does not go out; empty: it does
    draft: bool
    day: date | None
    at: datetime | None
    time: str  # "09:00", with the zone where it is not the repository's
    when: str
    look: Look
    layout: str
    pictures: tuple[Picture, ...]
    bare: bool  # whether the picture is missing without which the channel takes nothing
    headline: str
    head: str
    rest: str
    link: str
    host: str
    address: str
    button: str
    facts: tuple[Fact, ...]
    bodies: tuple[Body, ...]
    changes: tuple[Fact, ...]
    problems: tuple[Problem, ...]
    place: str

    @property
    def where(self) -> str:
        """`Facebook post @berlin`."""
        return f"{self.title} @{self.account}" if self.account else self.title

    @property
    def worst(self) -> Severity | None:
        """How bad the worst of the problems is; notes do not count."""
        found = {problem.severity for problem in self.problems}
        return next((each for each in (Severity.ERROR, Severity.WARNING) if each in found), None)

    @property
    def tokens(self) -> tuple[str, ...]:
        """What the filters look for; `!` marks those of a change."""
        plain = (f"c-{self.channel}", f"s-{self.site}")
        return (*plain, "!", *(f"{name}!" for name in plain)) if self.sorts else plain


def cards(
    pairs: Iterable[Compared],
    *,
    cells: Cells,
    owner: str,
    zone: str,
    problems: Mapping[str, tuple[Problem, ...]],
    files: Container[str],
) -> list[Card]:
    """A card for every post and channel, by day and time, those without a date last.

    `owner` is the name that stands for the accounts, `zone` the repository's, `problems` are by key, `files` the names
    of the media that were copied.
    """
    made = [_card(pair, cells, owner, zone, problems.get(pair.intent.key, ()), files) for pair in pairs]
    return sorted(made, key=_order)


def _order(card: Card) -> tuple[object, ...]:
    undated = card.day is None
    return undated, not card.draft, card.day, card.at, card.site, card.post, card.sorts, card.cell, card.account


def _card(
    pair: Compared, cells: Cells, owner: str, zone: str, problems: tuple[Problem, ...], files: Container[str]
) -> Card:
    intent = pair.intent
    target, said, timing = intent.target, intent.content, intent.timing
    cell = cells.get(target.channel, target.type)
    look = likeness.look_of(cell.look if cell is not None else Look(), said)
    frames = likeness.frames(look, said.media)
    head, rest = likeness.folded(said.text, look)
    bodies, changes = differences.explained(pair)
    here = timing.at.astimezone(times.zone(timing.zone)) if timing.at is not None else None
    clock = f"{here:%H:%M}" if here is not None else words.UNDATED[timing.kind]
    return Card(
        id=intent.key,
        post=intent.post_id,
        site=intent.site,
        channel=target.channel,
        cell=f"{target.channel}-{target.type}",
        title=cell.title if cell is not None else target.cell,
        account=target.account,
        name=f"{owner} · {target.account}" if target.account else owner,
        sorts=pair.sorts,
        off=_off(pair, cell),
        draft=timing.kind is TimingKind.DRAFT,
        day=here.date() if here is not None else None,
        at=timing.at,
        time=f"{clock} {timing.zone}" if here is not None and timing.zone != zone else clock,
        when=differences.when(intent),
        look=look,
        layout=look.layout,
        pictures=tuple(_picture(ref, frame, look, files) for ref, frame in zip(said.media, frames, strict=True)),
        bare=not said.media and cell is not None and "media" in cell.schema.get("required", ()),
        headline=said.title,
        head=head,
        rest=rest,
        link=said.link,
        host=likeness.host(said.link),
        address=likeness.address(said.link),
        button=words.label(dict(said.extras).get(look.button, "")) if look.button else "",
        facts=tuple(_facts(intent, said, frames)),
        bodies=tuple(bodies),
        changes=tuple(changes),
        problems=problems,
        place=f"{intent.location.path}:{intent.location.line or 1}",
    )


def _picture(ref: MediaRef, frame: likeness.Frame, look: Look, files: Container[str]) -> Picture:
    name = media_name(ref)
    return Picture(
        file=name if name in files else "",
        video=ref.kind is MediaKind.VIDEO,
        name=content.file_name(ref.path) or f"Wix file {ref.file_id}",
        alt=ref.alt,
        frame=frame_class(frame.ratio),
        fit=look.fit,
    )


def frame_class(ratio: float) -> str:
    """The name of a window's shape in the style sheet: thousandths of width:height."""
    return f"r{round(ratio * 1000)}"


def _off(pair: Compared, cell: Cell | None) -> str:
    if Sort.REMOVED in pair.sorts:
        return "Removed from git"
    match pair.intent.state:
        case DesiredState.CANCELED:
            return "Called off: it does not go out"
        case DesiredState.DELETED:
            return "To be deleted at Wix"
        case DesiredState.LIVE:
            return cell.closed if cell is not None else ""


def _facts(intent: Intent, said: Content, frames: list[likeness.Frame]) -> Iterable[Fact]:
    timing = intent.timing
    yield Fact(label="Goes out", value=differences.when(intent))
    if timing.until is not None:
        yield Fact(label="At the latest", value=times.local(timing.until, timing.zone))
    yield Fact(label="Account", value=intent.target.alias)
    if intent.attempt > 1:
        yield Fact(label="Attempt", value=f"{intent.attempt}: posted once more")
    if intent.adopt:
        yield Fact(label="Taken over", value=f"from the dashboard: {intent.adopt}")
    for name, value in said.extras:
        yield Fact(label=words.label(name), value=words.label(value))
    for ref, frame in zip(said.media, frames, strict=True):
        silent = "no alt text" if ref.kind is MediaKind.IMAGE and not ref.alt else ""
        notes = [content.media_line(ref), frame.note, silent]
        yield Fact(label=words.MEDIA[ref.kind], value=" · ".join(filter(None, notes)))
        if ref.alt:
            yield Fact(label="Alt text", value=ref.alt)
    if intent.unsent:
        yield Fact(label="Not sent", value=f"{', '.join(intent.unsent)} (kept in git)")
