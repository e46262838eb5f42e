"""`doctor --probe`: asks a site the API's open questions with throw-away drafts, and says what the answers mean."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from socialsync.cells import Cell
from socialsync.commands.connection import check_clock, connected
from socialsync.commands.environment import Environment
from socialsync.commands.workspace import Workspace
from socialsync.errors import ExitCode, SocialSyncError, UsageError, worst
from socialsync.model.accounts import AccountInfo
from socialsync.model.intents import Target
from socialsync.model.sites import Site
from socialsync.plan.accounts import resolve
from socialsync.remote.wix.adapter import Adapter
from socialsync.remote.wix.probe import Probe, Subject
from socialsync.remote.wix.questions import CLAIMS, Answer, meaning, uniqueness
from socialsync.remote.wix.throwaway import PREFIX, Throwaway
from socialsync.report import words
from socialsync.state import State

_LINKEDIN = "linkedin"


@dataclass(frozen=True, kw_only=True, slots=True)
class Probed:
    """What one site answered; `left` names what could not be deleted, `failed` says what ended it early."""

    site: str
    answers: tuple[Answer, ...]
    drafts: int
    left: tuple[str, ...]
    failed: str = ""
    exit_code: ExitCode = ExitCode.OK


def probe(workspace: Workspace, site: Site, environment: Environment) -> Probed:
    """Ask one site. Whatever happens, also a Ctrl-C, what was made is deleted, and named where it could not be."""
    if workspace.settings.policy.pause:
        raise UsageError("writing is paused, and a probe makes drafts", hint="Take the pause out first.")
    answers: list[Answer] = []
    failed, codes = "", []
    with connected(workspace, site, State(site=site.name), environment) as adapter:
        subjects = list(_subjects(workspace, site, adapter))
        check_clock(adapter, site, environment)
        if not subjects:
            raise UsageError(
                f"no account of site {site.name} is connected, so no draft can be made for one",
                hint="`socialsync accounts` shows what is connected.",
            )
        drafts = Throwaway.on(adapter, environment.clock, run=secrets.token_hex(6))
        subject = subjects[0]
        environment.log(
            f"site {site.name}: makes up to 5 drafts as a {subject.cell.title} of "
            f"{subject.account.name or subject.account.account_id}, with reference ids that begin with "
            f"{drafts.reference('')}; publishes and schedules nothing; deletes them again. It takes up to a minute."
        )
        linkedin = next((each for each in subjects if each.cell.channel == _LINKEDIN), None)
        try:
            for answer in Probe(drafts, environment.clock, subject=subject, linkedin=linkedin).answers():
                environment.progress(CLAIMS[answer.question])
                answers.append(answer)
        except SocialSyncError as error:
            failed = error.message
            codes.append(error.exit_code)
        finally:
            try:
                drafts.clear()
            finally:
                for line in drafts.left:
                    environment.log(f"site {site.name}: not deleted: {line}")
    if drafts.left:
        codes.append(ExitCode.FAILED if drafts.there else ExitCode.UNKNOWN)
    return Probed(
        site=site.name,
        answers=tuple(answers),
        drafts=drafts.count,
        left=drafts.left,
        failed=failed,
        exit_code=worst(codes),
    )


def lines(probed: Probed) -> Iterator[str]:
    """The table of answers, for people."""
    deleted = "all deleted again" if not probed.left else f"{len(probed.left)} of them not deleted"
    drafts = words.count(probed.drafts, "draft|drafts")
    yield f"site {probed.site}: asked with {drafts}, {deleted}; nothing was published"
    for answer in probed.answers:
        yield f"  {answer.verdict.value:<15} {CLAIMS[answer.question]}"
        yield f"  {'':<15} {answer.seen}"
        if means := meaning(answer):
            yield f"  {'':<15} {means}"
    if probed.failed:
        yield f"  ended early: {probed.failed}"
    unique = uniqueness(probed.answers)
    yield f"  reference ids: {unique.name}. {unique.means}"
    for line in probed.left:
        yield f"  not deleted: {line}"
    if probed.left:
        yield f"  Delete it at Wix, under Social Media Marketing; no apply ever touches what begins with {PREFIX}."


def as_json(probed: Probed) -> Mapping[str, Any]:
    """The same for programs: schemas/doctor.schema.json."""
    unique = uniqueness(probed.answers)
    return {
        "site": probed.site,
        "drafts": probed.drafts,
        "left": list(probed.left),
        "failed": probed.failed,
        "uniqueness": unique.name,
        "means": unique.means,
        "answers": [
            {
                "question": answer.question.value,
                "claim": CLAIMS[answer.question],
                "verdict": answer.verdict.value,
                "value": answer.value,
                "seen": answer.seen,
                "means": meaning(answer),
            }
            for answer in probed.answers
        ],
    }


def _subjects(workspace: Workspace, site: Site, adapter: Adapter) -> Iterator[Subject]:
    """The connected accounts with the kind of post a draft is made as; LinkedIn first, then what needs no media."""
    channels = sorted({alias.partition("@")[0] for alias in site.accounts})
    connections = {each.channel: each for each in adapter.connections(channels)}
    found = []
    for alias, pinned in sorted(site.accounts.items()):
        channel, _, account = alias.partition("@")
        known = resolve(Target(channel=channel, type="", account=account), pinned, connections)
        cells = [cell for cell in workspace.settings.cells.of_channel(channel) if cell.wire.text and not cell.closed]
        if isinstance(known, AccountInfo) and cells:
            found.append(Subject(cell=min(cells, key=_needs), account=known))
    yield from sorted(found, key=lambda each: (each.cell.channel != _LINKEDIN, _needs(each.cell)))


def _needs(cell: Cell) -> int:
    """How much a post of this kind must have besides its text."""
    return len(cell.schema.get("required", ()))
