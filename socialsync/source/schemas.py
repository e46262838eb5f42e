"""The schemas of posts and configuration: generated from the cells, compiled once, with a plain answer to every no.

The fast validator (jsonschema-rs) answers yes or no; only a no is asked again, in words. A cell's schema judges what a
target says after its overrides and templates; the post schema judges a file as it was written, and is the one that
editors' YAML language servers complete and explain from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from socialsync.cells import Cell, Cells, schemas_dir
from socialsync.source.explanations import Reason
from socialsync.source.explanations import explain as _explain

ACCOUNT = "[a-z0-9][a-z0-9-]*"
_OVERRIDABLE = ("schedule", "until", "timezone", "allow", "state")
_DRAFT_7 = "http://json-schema.org/draft-07/schema#"


class Validator:
    """One compiled JSON Schema."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        import jsonschema_rs

        self._schema = schema
        self._fast = jsonschema_rs.validator_for(dict(schema))

    def is_valid(self, data: object) -> bool:
        """Whether `data`, as YAML or JSON gave it, follows the schema. Never raises."""
        try:
            return self._fast.is_valid(data)
        except (ValueError, TypeError, OverflowError):  # a value that JSON does not have
            return False

    def explain(self, data: object) -> list[Reason]:
        """Every reason for a no; empty for a yes, and never empty for a no."""
        return [] if self.is_valid(data) else _explain(self._schema, data)


def is_valid(cell: Cell, data: Mapping[str, Any]) -> bool:
    """Whether a target's fields, overrides applied, are what the cell takes; numbers are limits.py's part."""
    return _target_validator(cell).is_valid(data)


def explain(cell: Cell, data: Mapping[str, Any]) -> list[Reason]:
    """Every reason why a target's fields are not what the cell takes: (path, keyword, message, hint)."""
    return _target_validator(cell).explain(data)


def post_validator(cells: Cells) -> Validator:
    """The validator of a post file as it was written, before overrides and templates."""
    return Validator(post_schema(cells))


def config_validator() -> Validator:
    """The validator of socialsync.yaml."""
    return Validator(json.loads((schemas_dir() / "config.schema.json").read_bytes()))


def cell_validator() -> Validator:
    """The validator of a channel file, for those that a repository adds."""
    return Validator(json.loads((schemas_dir() / "cell.schema.json").read_bytes()))


_compiled: dict[int, tuple[Cell, Validator]] = {}  # by the cell's identity, its own as long as the entry holds it


def _target_validator(cell: Cell) -> Validator:
    """Compiled once for each cell; another cell of the same name (a changed file, a test) is compiled anew."""
    known = _compiled.get(id(cell))
    if known is None:
        definitions = {"media": _base()["definitions"]["media"]}
        properties = _with_media_entries(cell.schema["properties"])
        schema = {"$schema": _DRAFT_7, **cell.schema, "properties": properties, "definitions": definitions}
        known = _compiled[id(cell)] = (cell, Validator(schema))
    return known[1]


def post_schema(cells: Cells) -> dict[str, Any]:
    """The JSON Schema (draft 7) of a post file. Lengths and counts are not in it: a text may still hold templates and
    is measured per channel, in the channel's unit, by limits.py; descriptions name them."""
    base = _base()
    own = {name: field for cell in cells for name, field in cell.schema["properties"].items()}
    shared = {name: field for name, field in own.items() if name not in base["properties"]}
    return {
        "$schema": _DRAFT_7,
        **{name: base[name] for name in ("title", "description", "type", "additionalProperties", "required")},
        "properties": {**base["properties"], **dict(sorted(shared.items())), "channels": _channels(cells)},
        "definitions": {
            **base["definitions"],
            **{_definition(cell): _override(cell, base) for cell in cells},
        },
    }


@cache
def _base() -> dict[str, Any]:
    """The fields that every post has: the part of the post schema that no cell decides."""
    base: dict[str, Any] = json.loads((schemas_dir() / "post.base.json").read_bytes())
    return base


def _channels(cells: Cells) -> dict[str, Any]:
    """Both forms of `channels`: a plain list of targets, and targets with overrides."""
    names: dict[str, Cell] = {}
    for cell in cells:
        if cell.default:
            names[cell.channel] = cell
        names[cell.name] = cell
    names = dict(sorted(names.items()))
    entries = {name: _offer(cell) for name, cell in names.items()}
    accounts = {f"^{name}@{ACCOUNT}$": entry for name, entry in entries.items()}
    written = "|".join(names)
    return {
        "description": "Where it goes: channel, channel/type or channel@account, each with what is different there, "
        "or nothing. A plain list works too.",
        "type": ["object", "array"],
        "minProperties": 1,
        "additionalProperties": False,
        "properties": entries,
        "patternProperties": accounts,
        "minItems": 1,
        "uniqueItems": True,
        "items": {"type": "string", "pattern": f"^({written})(@{ACCOUNT})?$", "examples": list(names)},
    }


def _offer(cell: Cell) -> dict[str, str]:
    takes = f"Takes {', '.join(cell.schema['properties'])}; what is written here holds for this target alone."
    description = f"{cell.title}. {cell.closed or takes}"
    return {"$ref": f"#/definitions/{_definition(cell)}", "description": description}


def _override(cell: Cell, base: Mapping[str, Any]) -> dict[str, Any]:
    """What may be written below one target: the cell's fields and those that may differ in time and state."""
    fields = {name: _nullable(field) for name, field in _with_media_entries(cell.schema["properties"]).items()}
    if "link" in fields:  # as written, it may still hold a template
        fields["link"]["pattern"] = base["properties"]["link"]["pattern"]
    shared = {name: _nullable(base["properties"][name]) for name in _OVERRIDABLE}
    return {
        "title": cell.title,
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {**fields, **shared, **base["target"]},
    }


def _nullable(field: Mapping[str, Any]) -> dict[str, Any]:
    """The field, or null: in a target null clears what the post says."""
    if "enum" in field:
        return {**field, "enum": [*field["enum"], None]}
    return {**field, "type": [field["type"], "null"]}


def _with_media_entries(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with the form of a media entry filled in, which is the same everywhere."""
    entries = {"items": {"$ref": "#/definitions/media"}}
    return {name: {**field, **entries} if name == "media" else field for name, field in properties.items()}


def _definition(cell: Cell) -> str:
    return f"{cell.channel}-{cell.type}"
