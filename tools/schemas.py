"""Write what is generated from the channel files: schemas/post.schema.json and docs/channels.md.

python -m tools.schemas             writes both
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from socialsync import cells
from socialsync.cells import Cell, Cells, Rule
from socialsync.source import schemas

ROOT = Path(__file__).parent.parent
POST_SCHEMA = ROOT / "schemas" / "post.schema.json"
CHANNELS = ROOT / "docs" / "channels.md"

_INTRODUCTION = """# Channels and their limits

This page is generated from `schemas/channels/<channel>/<type>.json` by `python -m tools.schemas`; a test holds it fresh.

An *error* stops the merge, a *warning* is shown and does not, a *note* is only worth knowing. Where sources disagree, the
looser number is the error and the stricter one the warning. A documented “MB” is read as 1,000,000 bytes, the smaller of its
two meanings. Lengths are counted on the text as it is sent: normalised (NFC), outer blanks cut, in the channel's own unit.

Evidence: **W** Wix's own documentation, **N** the network's documentation, **n** quoted from the network's documentation,
**T** other tools' documentation, **m** general knowledge. None of it was measured by posting.

## Change a limit

Edit the line in the channel file: the number, its `source` and the day on which you `checked` it. Run `python -m tools.schemas`
and `pytest tests/unit/source`. No Python changes. Keep `code`: people have it in their waivers and searches.

## Add a channel or type

1. Write `schemas/channels/<channel>/<type>.json`. Its `schema` names the fields an editor may write, each with a `description`;
   its `limits` hold everything with a number or a list; its `wire` says how an item looks at the service.
   An editor that knows JSON Schema completes and checks the file through `schemas/cell.schema.json`.
2. Add an example post below `posts/` and name its id as `example`.
3. Run `python -m tools.schemas`.

A content repository can have channel files of its own: `schemas: [folder]` in `socialsync.yaml`, laid out the same way.

What a limit can measure:

| measure | of | what |
| --- | --- | --- |
| `length` | text | code points, UTF-16 units, UTF-8 bytes, or code points after LinkedIn's escaping |
| `hashtags`, `mentions` | text | their number |
| `characters`, `pattern`, `hosts` | text, link | what is refused: signs, regular expressions, hosts of a link |
| `count`, `mixed`, `duplicates`, `same_ratio` | all media | their number, pictures beside videos, a file twice, different shapes |
| `mime`, `codec` | a file | the types that are taken |
| `bytes`, `width`, `height`, `short_side`, `long_side`, `pixels`, `ratio`, `seconds`, `fps`, `bitrate`, `frames` | a file | a number |
| `traits` | a file | what is minded: `alpha`, `cmyk`, `silent`, `index-last`, `several-pictures` |
| `alt` | a file | the length of its alt text |

`applies` narrows a limit to `image`, `video`, `single-image`, `single-video`, `carousel`, `carousel-image` or `carousel-video`.
"""


def post_schema_text() -> str:
    """What schemas/post.schema.json must hold."""
    return json.dumps(schemas.post_schema(cells.packaged()), ensure_ascii=False, indent=1) + "\n"


def channels_text() -> str:
    """What docs/channels.md must hold."""
    return "\n".join([_INTRODUCTION, *_pages(cells.packaged())])


def _pages(all_cells: Cells) -> Iterator[str]:
    for cell in all_cells:
        yield f"## {cell.title}\n"
        yield _summary(cell) + "\n"
        yield "| field | what |\n| --- | --- |"
        for name, field in cell.schema["properties"].items():
            needed = ", needed" if name in cell.schema.get("required", ()) else ""
            yield f"| `{name}`{needed} | {_escaped(field['description'])} |"
        yield ""
        if cell.rules:
            yield "| rule | | limit | unit | severity | source | evidence | checked |"
            yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
            for rule in cell.rules:
                yield _row(rule)
            yield ""


def _summary(cell: Cell) -> str:
    if cell.closed:
        return f"Closed. {cell.closed}"
    written = f"`{cell.channel}` or `{cell.name}`" if cell.default else f"`{cell.name}`"
    beside = " A link beside media is not sent." if cell.link_or_media else ""
    return f"Written {written} in `channels:`.{beside} Example: the post `{cell.example}`."


def _row(rule: Rule) -> str:
    of = f"{rule.field}, {rule.measure}" + (f", {rule.applies}" if rule.applies else "")
    why = f"<br>{_escaped(rule.message)}" if rule.message else ""
    cells_of_row = (
        f"`{rule.code}`",
        of + why,
        _limit(rule),
        rule.unit,
        str(rule.severity),
        _escaped(rule.source),
        rule.evidence,
        rule.checked,
    )
    return f"| {' | '.join(cells_of_row)} |"


def _limit(rule: Rule) -> str:
    if rule.values:
        return ", ".join(f"`{_escaped(value)}`" for value in rule.values)
    if rule.min is None and rule.max is None:
        return "none"
    if rule.min is None:
        return f"≤ {rule.max:,}"
    return f"≥ {rule.min:,}" if rule.max is None else f"{rule.min:,} to {rule.max:,}"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def main() -> None:
    """Write both files."""
    POST_SCHEMA.write_text(post_schema_text(), encoding="utf-8")
    CHANNELS.parent.mkdir(exist_ok=True)
    CHANNELS.write_text(channels_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
