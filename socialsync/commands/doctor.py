"""`doctor`: everything that must be right before posts can go out, looked at one by one, with what to do where not."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence

from socialsync.commands import probe, settings
from socialsync.commands.connection import check_clock, connected
from socialsync.commands.environment import PAUSE, Environment
from socialsync.commands.settings import Finding, note, ok, wrong
from socialsync.commands.workspace import InvalidInput, Workspace, load_valid, open_worktree, states_here
from socialsync.commands.writing import Written
from socialsync.errors import ExitCode, SocialSyncError, worst
from socialsync.model.intents import Target
from socialsync.model.problems import Severity
from socialsync.model.sites import Site
from socialsync.plan.accounts import resolve
from socialsync.report import words
from socialsync.source import git
from socialsync.state import State
from socialsync.statestore import BRANCH

_MARKS = {Severity.NOTE: "ok   ", Severity.WARNING: "note ", Severity.ERROR: "wrong"}


def run(arguments: argparse.Namespace, environment: Environment) -> Written:
    """One line for each thing looked at; the exit code is that of what is wrong. With `offline`, nothing but what this
    clone and the variables say: what must be right before an apply may begin. With `probe`, each site is asked too."""
    try:
        workspace = open_worktree(arguments.directory, environment)
    except InvalidInput as error:
        findings, probed, banner = list(_invalid(error)), [], ""
    else:
        findings = list(_findings(workspace, arguments, environment))
        probed = list(_probed(workspace, environment)) if arguments.probe else []
        emulated = all(site.service == "emulator" for site in workspace.settings.sites.values())
        banner = words.BANNER if emulated else ""
    codes = [finding.exit_code for finding in findings if finding.severity is Severity.ERROR]
    exit_code = worst([*codes, *(each.exit_code for each in probed)])
    shown = (
        _json(findings, probed, exit_code, banner)
        if arguments.format == "json"
        else "\n".join(_lines(findings, probed, banner))
    )
    return Written(paths=(), advice=(shown,), exit_code=exit_code)


def _lines(findings: Sequence[Finding], probed: Sequence[probe.Probed], banner: str) -> Iterator[str]:
    """As of every report, the banner is the first and the last line."""
    if banner:
        yield from (banner, "")
    for finding in findings:
        yield f"{_MARKS[finding.severity]}  {finding.text}"
        if finding.advice:
            yield f"       {finding.advice}"
    for each in probed:
        yield ""
        yield from probe.lines(each)
    if banner:
        yield from ("", banner)


def _json(findings: Sequence[Finding], probed: Sequence[probe.Probed], exit_code: ExitCode, banner: str) -> str:
    """schemas/doctor.schema.json describes it."""
    report = {
        "notice": banner,
        "version": 1,
        "verb": "doctor",
        "exit_code": int(exit_code),
        "findings": [
            {"mark": _MARKS[each.severity].strip(), "text": each.text, "advice": each.advice} for each in findings
        ],
        "probes": [probe.as_json(each) for each in probed],
    }
    return json.dumps(report, indent=2, ensure_ascii=False)


def _probed(workspace: Workspace, environment: Environment) -> Iterator[probe.Probed]:
    for site in workspace.settings.sites.values():
        try:
            yield probe.probe(workspace, site, environment)
        except SocialSyncError as error:
            yield probe.Probed(
                site=site.name,
                answers=(),
                drafts=0,
                left=(),
                failed=error.told,
                exit_code=error.exit_code,
            )


def _invalid(error: InvalidInput) -> Iterator[Finding]:
    """A repository whose configuration is wrong is told so, and nobody is asked anything."""
    for problem in error.problems:
        yield wrong(f"{problem.location}: {problem.code}: {problem.message}", problem.hint, ExitCode.INVALID)


def _findings(workspace: Workspace, arguments: argparse.Namespace, environment: Environment) -> Iterator[Finding]:
    yield ok(f"socialsync.yaml names {words.count(len(workspace.settings.sites), 'site|sites')}")
    yield from _posts(workspace, offline=arguments.offline)
    yield from _clone(workspace)
    if workspace.settings.policy.pause:
        yield note("writing is paused", f"Take `pause: true` out of socialsync.yaml, or {PAUSE} out of the variables.")
    in_job = environment.variables.get("GITHUB_ACTIONS") == "true"
    for site in workspace.settings.sites.values():
        yield from _key(site, environment, in_job=in_job)
    if arguments.offline:
        return
    for site in workspace.settings.sites.values():
        yield from _live(workspace, site, environment, probing=arguments.probe)
    yield from settings.findings(workspace, environment)


def _posts(workspace: Workspace, *, offline: bool) -> Iterator[Finding]:
    """What `validate` says. Before an apply (`offline`) that is no reason to end: apply refuses such posts itself, and
    leaves a report that says which."""
    try:
        loaded, _ = load_valid(workspace, states_here(workspace))
    except InvalidInput as error:
        errors = sum(each.severity is Severity.ERROR for each in error.problems)
        yield wrong(
            f"{words.count(errors, 'problem|problems')} in the posts",
            "`socialsync validate` shows what is wrong; plan and apply refuse all posts until it is put right.",
            ExitCode.OK if offline else ExitCode.INVALID,
        )
    except SocialSyncError as error:
        yield wrong(error.message, error.hint, error.exit_code)
    else:
        posts = words.count(loaded.posts, "post|posts")
        yield ok(f"{posts}, {words.count(len(loaded.intents), 'target|targets')}: no problems")


def _clone(workspace: Workspace) -> Iterator[Finding]:
    try:
        git.commit(workspace.root)
        shallow = git.run(workspace.root, "rev-parse", "--is-shallow-repository").decode().strip() == "true"
        remote = git.has_remote(workspace.root, "origin")
    except git.GitError as error:
        yield wrong(error.message, error.hint, ExitCode.UNREACHABLE)
        return
    if shallow:
        yield wrong(
            "this clone has no whole history, so nothing tells which commit was applied before",
            "Give actions/checkout `fetch-depth: 0`.",
            ExitCode.UNREACHABLE,
        )
    if not remote:
        yield note("this clone has no remote origin", "What was confirmed is kept in this clone alone.")
    elif _has_state(workspace.root):
        yield ok(f"the branch {BRANCH} is there")
    else:
        yield note(f"there is no branch {BRANCH} yet", "The first apply makes it.")


def _has_state(root: str) -> bool:
    try:
        git.commit(root, f"refs/remotes/origin/{BRANCH}")
    except git.GitError:
        return False
    return True


def _key(site: Site, environment: Environment, *, in_job: bool) -> Iterator[Finding]:
    if site.emulator:
        if in_job:
            yield wrong(
                f"site {site.name} is an emulator: what is applied to it here reaches nobody and is forgotten",
                "Give it the id of a Wix site (`wix:`), or do not run this workflow.",
                ExitCode.INVALID,
            )
        else:
            yield note(f"site {site.name} is an emulator", "Nothing of it is ever published.")
    elif environment.variables.get(site.key_env):
        yield ok(f"{site.key_env} holds a key for site {site.name}")
    else:
        yield wrong(
            f"{site.key_env} holds no key for site {site.name}",
            "Make it a secret of the environment social-production and give it to the step.",
            ExitCode.UNREACHABLE,
        )


def _live(workspace: Workspace, site: Site, environment: Environment, *, probing: bool) -> Iterator[Finding]:
    """What only the service can tell about a site."""
    if not site.emulator and not environment.variables.get(site.key_env):
        return
    try:
        with connected(workspace, site, State(site=site.name), environment) as adapter:
            channels = sorted({alias.partition("@")[0] for alias in site.accounts})
            connections = {each.channel: each for each in adapter.connections(channels)}
            check_clock(adapter, site, environment)
            quotas = adapter.quotas()
    except SocialSyncError as error:
        yield wrong(f"site {site.name}: {error.message}", error.hint, error.exit_code)
        return
    yield ok(f"site {site.name} answers, takes the key, and its clock is ours")
    if not probing and not site.emulator:
        yield note(
            f"site {site.name}: whether Wix refuses a second post with the same reference id was not asked",
            "Where it does not, posts go out once only with one apply at a time. `socialsync doctor --probe` asks.",
        )
    for alias, pinned in sorted(site.accounts.items()):
        channel, _, account = alias.partition("@")
        found = resolve(Target(channel=channel, type="", account=account), pinned, connections)
        if isinstance(found, str):
            yield wrong(f"site {site.name}: {found}", "Until then its posts are held.", ExitCode.UNREACHABLE)
        else:
            yield ok(f"site {site.name}: {alias} is {found.name or pinned}")
    for quota in quotas:
        needed = quota.feature == ("SCHEDULE_POST" if site.delivery == "wix" else "PUBLISH_POST")
        if needed and not quota.enabled:
            yield wrong(
                f"site {site.name}: its Wix plan does not include {quota.feature}",
                "Choose a plan that does" + (", or `delivery: local`." if site.delivery == "wix" else "."),
                ExitCode.UNREACHABLE,
            )
        elif needed and quota.remaining == 0:
            yield note(f"site {site.name}: nothing is left of {quota.limit} {quota.feature} this period", "")
        elif needed and quota.remaining is None:
            yield ok(f"site {site.name}: {quota.feature} without a limit")
        elif needed:
            yield ok(f"site {site.name}: {quota.remaining} of {quota.limit} {quota.feature} left this period")
