"""One post file whose form is right: what its targets share, filled in and in canonical form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from socialsync.canonical import canonical_text
from socialsync.config import Settings
from socialsync.model.intents import Waiver
from socialsync.model.problems import Problem
from socialsync.model.sites import Site
from socialsync.source import schedules, templates, waivers
from socialsync.source.documents import Document, Path
from socialsync.source.structure import bad_values

FRAME = frozenset({"id", "schedule", "until", "timezone", "channels", "variables", "allow", "state"})
"""Fields that say when and where; all others say what."""
NOTHING: Mapping[str, Any] = {}


class Post:
    """One post file, its structure already checked, and what its targets share."""

    __slots__ = ("allow", "document", "id", "problems", "says", "site", "timing", "unfilled", "variables")

    def __init__(self, document: Document, site: Site, settings: Settings, shared: Mapping[str, Any]) -> None:
        data = document.data
        self.document = document
        self.id: str = data["id"]
        self.site = site
        self.variables = {**shared, **data["variables"]} if "variables" in data else shared
        self.problems: list[Problem] = []
        self.unfilled: set[Path] = set()  # fields whose template cannot be filled in
        self.says: dict[str, Any] = {}
        for name, value in data.items():
            if name not in FRAME and (said := self.filled(value, name)):  # empty and absent are the same
                self.says[name] = said
        self.timing, wrong = schedules.timing(
            data, NOTHING, document, (), zone=settings.timezone, late_seconds=site.late_seconds
        )
        self.problems += wrong
        self.allow: tuple[Waiver, ...] = ()
        if "allow" in data:
            self.allow, wrong = waivers.read(data["allow"], document, ("allow",))
            self.problems += wrong
        if "variables" in data:
            self.problems += bad_values(data["variables"], document, ("variables",))

    def filled(self, value: Any, *path: str | int) -> Any:
        """A field with its templates filled in and its texts in canonical form; media entries stay as written."""
        if type(value) is str:
            if "{" in value:
                try:
                    value = templates.render(value, self.variables)
                except templates.TemplateError as error:
                    self.unfilled.add(path)
                    place = self.document.text_place(path, error.offset)
                    self.problems.append(
                        Problem(code=error.code, message=error.message, location=place, hint=error.hint)
                    )
            return canonical_text(value)
        return value
