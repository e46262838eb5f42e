"""The API's open questions, asked of a live site with throw-away drafts; nothing in here can publish anything."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from socialsync.cells import Cell
from socialsync.clock import Clock
from socialsync.errors import SocialSyncError, WriteError
from socialsync.model.accounts import AccountInfo
from socialsync.remote.wix.failures import Refused
from socialsync.remote.wix.questions import Answer, Question, Verdict
from socialsync.remote.wix.replies import JsonObject
from socialsync.remote.wix.throwaway import LOOKS, Throwaway

TAKEN = "REFERENCE_ID_ALREADY_EXIST"
SAYS = "socialsync doctor --probe: a throw-away draft, it may be deleted."
# What a service may put into another form: outer blanks, line ends, a letter and its accent as two code points.
ODD = f"  {SAYS}\r\nCafe\u0301 \n"
ADDRESS = "https://example.com/"
SIZES = (1000, 100, 50)
_DATES = {
    "milliseconds": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    "seconds": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    "offset": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """The account and the kind of post that the drafts are made for."""

    cell: Cell
    account: AccountInfo

    def item(self, text: str, **more: object) -> JsonObject:
        wire = self.cell.wire
        ids = {"account": self.account.account_id, "second": self.account.second_id}
        content = {name: ids[source] for name, source in wire.account.sends.items() if ids[source]}
        return {
            "channel": {"name": wire.channel, "accountId": self.account.account_id},
            "type": wire.type,
            wire.content: {**content, wire.text: text, **more},
        }

    def content(self, item: JsonObject) -> JsonObject:
        content = item.get(self.cell.wire.content)
        return content if isinstance(content, dict) else {}


class Probe:
    """Asks one question after another; a later one may need the draft of an earlier one."""

    def __init__(self, drafts: Throwaway, clock: Clock, *, subject: Subject, linkedin: Subject | None) -> None:
        self._drafts = drafts
        self._clock = clock
        self._subject = subject
        self._linkedin = linkedin
        self._first: JsonObject = {}
        self._refused = False
        self._listed = False

    def answers(self) -> Iterator[Answer]:
        """Raises only what ends the run: a refused key."""
        asked = {
            Question.ECHO: self._echo,
            Question.DATES: self._dates,
            Question.UNIQUE: self._unique,
            Question.LISTING: self._listing,
            Question.FILTER: self._filter,
            Question.TAKEN: self._taken,
            Question.LINK: self._link,
            Question.PAGE: self._page,
        }
        for question, ask in asked.items():
            try:
                verdict, value, seen = ask()
            except SocialSyncError as error:
                if error.ends_run:
                    raise
                verdict, value, seen = Verdict.UNKNOWN, "", error.message
            yield Answer(question=question, verdict=verdict, value=value, seen=seen)

    def _echo(self) -> tuple[Verdict, str, str]:
        self._first = self._drafts.create("a", self._subject.item(ODD))
        echo = self._subject.content(self._first).get(self._subject.cell.wire.text)
        if echo == ODD:
            return Verdict.CONFIRMED, "as sent", "it came back as it was sent"
        normal = unicodedata.normalize("NFC", ODD.replace("\r\n", "\n")).strip()
        if isinstance(echo, str) and unicodedata.normalize("NFC", echo.replace("\r\n", "\n")).strip() == normal:
            changed = [
                *(["outer blanks cut"] if echo.strip() == echo else []),
                *(["line ends made one"] if "\r" not in echo else []),
                *(["accents joined (NFC)"] if unicodedata.normalize("NFC", echo) == echo else []),
            ]
            return Verdict.REFUTED, "normalised", ", ".join(changed) or "in another form"
        return Verdict.REFUTED, "changed", "it came back as something else"

    def _dates(self) -> tuple[Verdict, str, str]:
        info = self._require_first().get("draftInfo")
        texts = [value for value in info.values() if isinstance(value, str)] if isinstance(info, dict) else []
        for text in texts:
            for form, pattern in _DATES.items():
                if pattern.fullmatch(text):
                    right = form == "milliseconds"
                    return (Verdict.CONFIRMED if right else Verdict.REFUTED), form, f"like {text}"
        return Verdict.UNKNOWN, "", "the draft shows no date in a form that is known"

    def _unique(self) -> tuple[Verdict, str, str]:
        first = self._require_first()
        try:
            second = self._drafts.create("a", self._subject.item(SAYS))
        except WriteError as error:
            if error.application_code != TAKEN:
                raise
            self._refused = True
            return Verdict.CONFIRMED, "refused", f"refused with {error.http_status} {TAKEN}"
        if second["id"] == first["id"]:
            self._refused = True
            return Verdict.CONFIRMED, "same", "the first draft was answered again"
        return Verdict.REFUTED, "accepted", "both drafts are there"

    def _listing(self) -> tuple[Verdict, str, str]:
        first = self._require_first()
        waited = 0
        for seconds in LOOKS:
            self._clock.sleep(seconds - waited)
            waited = seconds
            if any(data["id"] == first["id"] for data in self._drafts.listed("a")):
                self._listed = True
                if seconds == 0:
                    return Verdict.CONFIRMED, "0", "the first look saw it"
                return Verdict.REFUTED, str(seconds), f"seen after {seconds} s"
        return Verdict.REFUTED, f">{waited}", f"not seen within {waited} s"

    def _filter(self) -> tuple[Verdict, str, str]:
        self._require_first()
        mine, nobody = self._drafts.reference("a"), self._drafts.reference("nobody")
        try:
            found = self._drafts.query({"filter": {"referenceId": {"$in": [mine]}}})
            others = self._drafts.query({"filter": {"referenceId": {"$in": [nobody]}}})
        except Refused as refusal:
            if refusal.http_status != 400:
                raise
            return Verdict.REFUTED, "refused", f"refused: {refusal.detail}"
        if others or any(data.get("referenceId") != mine for data in found):
            return Verdict.REFUTED, "ignored", "the filter is taken, and then everything is listed"
        if found:
            return Verdict.CONFIRMED, "in force", "just the drafts with this reference id were listed"
        if self._listed:
            return Verdict.REFUTED, "blind", "it lists nothing, though the draft is listed without it"
        return Verdict.UNKNOWN, "", "nothing was listed, with or without it"

    def _taken(self) -> tuple[Verdict, str, str]:
        first = self._require_first()
        if not self._refused:
            return Verdict.UNKNOWN, "", "no draft's reference id is taken, a deleted one's neither"
        self._drafts.delete(first["id"])
        try:
            again = self._drafts.create("a", self._subject.item(SAYS))
        except WriteError as error:
            if error.application_code != TAKEN:
                raise
            return Verdict.CONFIRMED, "taken", f"refused with {error.http_status} {TAKEN} after the delete"
        if again["id"] == first["id"]:
            return Verdict.UNKNOWN, "", "the deleted draft was answered again"
        return Verdict.REFUTED, "free", "a new draft took it"

    def _link(self) -> tuple[Verdict, str, str]:
        if self._linkedin is None:
            return Verdict.UNKNOWN, "", "no connected LinkedIn account stands in socialsync.yaml"
        kept = {
            name: self._keeps(self._linkedin, name, value)
            for name, value in (("link", ADDRESS), ("linkMetadata", {"url": ADDRESS}))
        }
        seen = "; ".join(f"{name}: {what}" for name, what in kept.items())
        return (Verdict.CONFIRMED if kept["link"] == "kept" else Verdict.REFUTED), seen, seen

    def _keeps(self, subject: Subject, name: str, value: object) -> str:
        try:
            made = self._drafts.create(name.lower(), subject.item(SAYS, **{name: value}))
        except WriteError as error:
            if error.http_status != 400:
                raise
            return "refused"
        return "kept" if subject.content(made).get(name) else "dropped"

    def _page(self) -> tuple[Verdict, str, str]:
        for size in SIZES:
            try:
                first = self._drafts.query({"paging": {"limit": size, "offset": 0}})
            except Refused as refusal:
                if refusal.http_status != 400:
                    raise
                continue
            most = size
            # A page shorter than asked, with more behind it, was cut.
            if len(first) < size and self._drafts.query({"paging": {"limit": 1, "offset": len(first)}}):
                most = len(first)
            right = most >= 100
            return (Verdict.CONFIRMED if right else Verdict.REFUTED), str(most), f"{most} may be asked for"
        return Verdict.REFUTED, "0", f"not even {SIZES[-1]} may be asked for"

    def _require_first(self) -> JsonObject:
        if not self._first:
            raise SocialSyncError("the first draft could not be made")
        return self._first
