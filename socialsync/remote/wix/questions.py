"""The open questions about the API: what the tool takes for true, and what each answer means for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Question(StrEnum):
    """What is asked; the value is stable, `CLAIMS` has what the tool takes for true."""

    ECHO = "echo"
    DATES = "dates"
    UNIQUE = "unique"
    LISTING = "listing"
    FILTER = "filter"
    TAKEN = "taken"
    LINK = "link"
    PAGE = "page"


CLAIMS: Mapping[Question, str] = {
    Question.ECHO: "The answer to a create has the text as it was sent.",
    Question.DATES: "Dates are written in UTC with milliseconds.",
    Question.UNIQUE: "A second draft with the same reference id is refused.",
    Question.LISTING: "A new draft is listed at once.",
    Question.FILTER: "Posts can be listed by reference id.",
    Question.TAKEN: "The reference id of a deleted draft stays taken.",
    Question.LINK: "A LinkedIn post keeps its address in `link`.",
    Question.PAGE: "A page may hold 100 posts.",
}


class Verdict(StrEnum):
    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNKNOWN = "could not tell"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One question answered: `value` for programs, `seen` for people."""

    question: Question
    verdict: Verdict
    value: str
    seen: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Uniqueness:
    """Which of the four worlds a site is, as far as drafts can tell, and what that means for the first promise."""

    name: str
    means: str


_ONCE = "At most one publication of each post, whatever fails; publishing at once: at most one is ever sent."


def uniqueness(answers: Iterable[Answer]) -> Uniqueness:
    """Judged by the two questions about reference ids."""
    values = {answer.question: answer.value for answer in answers}
    match values.get(Question.UNIQUE, ""), values.get(Question.TAKEN, ""):
        case (("refused" | "same"), "taken"):
            return Uniqueness(name="U1", means=_ONCE)
        case (("refused" | "same"), "free"):
            return Uniqueness(name="U3", means=_ONCE)
        case (("refused" | "same"), _):
            return Uniqueness(name="U1 or U3", means=_ONCE)
        case "accepted", _:
            return Uniqueness(
                name="U0 or U2",
                means="Drafts cannot tell which. U2: at most one publication, as above. U0: only with one apply at a "
                "time and a listing that is never late. Let nothing but the workflow apply, and look at once when a "
                "run ends with exit code 10.",
            )
        case _:
            return Uniqueness(
                name="not known", means="Count on U0: let nothing but the workflow apply, and run the probe again."
            )


def meaning(answer: Answer) -> str:
    """What the answer means for this site; empty if there is nothing to do or to know."""
    match answer.question, answer.value:
        case ((Question.UNIQUE | Question.TAKEN), _):
            return ""  # `uniqueness` tells it
        case Question.ECHO, "normalised":
            return "Harmless: texts are sent in that form already."
        case Question.ECHO, "changed":
            return "Posts that come back changed stay drafts and are held, with the difference shown."
        case Question.LISTING, value if value not in ("", "0"):
            return "Whatever a listing and a memory disagree on is read again by id."
        case Question.FILTER, ("refused" | "ignored"):
            return "The whole site is listed instead; it costs requests, nothing else."
        case Question.FILTER, "blind":
            return "The whole site is listed before anything is taken for absent."
        case Question.LINK, value if value and not value.startswith("link: kept"):
            return "Links of LinkedIn posts would be lost; write them into the text and report this."
        case Question.PAGE, value if value and int(value) < 50:
            return "Sites cannot be listed; report this."
        case Question.PAGE, value if value and int(value) < 100:
            return "Pages of 50 are asked for instead."
        case _:
            return ""
