"""What can be seen of a repository's settings: in its workflow files, and at GitHub with a token that may look."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from socialsync.commands.environment import Environment
from socialsync.commands.workspace import Workspace
from socialsync.errors import ExitCode, SocialSyncError
from socialsync.github import GitHub
from socialsync.model.problems import Severity

ENVIRONMENT = "social-production"
_WORKFLOWS = os.path.join(".github", "workflows")
_CRON = re.compile(r"^\s*- cron: *(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing looked at: NOTE is all right, WARNING may be, ERROR is not."""

    severity: Severity
    text: str
    advice: str = ""
    exit_code: ExitCode = ExitCode.OK


def ok(text: str) -> Finding:
    return Finding(severity=Severity.NOTE, text=text)


def note(text: str, advice: str) -> Finding:
    return Finding(severity=Severity.WARNING, text=text, advice=advice)


def wrong(text: str, advice: str, exit_code: ExitCode) -> Finding:
    return Finding(severity=Severity.ERROR, text=text, advice=advice, exit_code=exit_code)


def findings(workspace: Workspace, environment: Environment) -> Iterator[Finding]:
    """What the workflow files say; with GITHUB_TOKEN and GITHUB_REPOSITORY also what GitHub is set to."""
    yield from _files(workspace)
    variables = environment.variables
    token, repository = variables.get("GITHUB_TOKEN", ""), variables.get("GITHUB_REPOSITORY", "")
    if not (token and repository):
        yield note(
            "the settings at GitHub were not looked at",
            "Set GITHUB_REPOSITORY=owner/name and GITHUB_TOKEN (of somebody who may see the settings).",
        )
        return
    api = variables.get("GITHUB_API_URL", "https://api.github.com")
    keys = sorted({site.key_env for site in workspace.settings.sites.values() if not site.emulator})
    try:
        with GitHub(api=api, repository=repository, token=token) as github:
            yield from _at_github(github, keys)
    except SocialSyncError as error:
        yield wrong(error.message, error.hint, error.exit_code)


def _files(workspace: Workspace) -> Iterator[Finding]:
    path = os.path.join(workspace.root, _WORKFLOWS, "apply.yml")
    if not os.path.isfile(path):
        yield note(f"there is no {_WORKFLOWS}/apply.yml", "`socialsync init` writes the workflows: docs/set-up.md.")
        return
    with open(path, encoding="utf-8") as stream:
        crons = _CRON.findall(stream.read())
    local = [site.name for site in workspace.settings.sites.values() if site.delivery == "local"]
    if local and not any(cron.strip("'\"").startswith("*/") for cron in crons):
        yield wrong(
            f"{', '.join(local)}: with `delivery: local` posts go out when apply runs, and it runs too seldom",
            'Write `- cron: "*/15 * * * *"` in apply.yml, and `late: 3h` in socialsync.yaml.',
            ExitCode.INVALID,
        )
    elif crons:
        yield ok(f"apply runs by itself ({', '.join(crons)})")


def _at_github(github: GitHub, keys: list[str]) -> Iterator[Finding]:
    repository = github.look("")
    if repository is None:
        yield wrong("the repository cannot be seen with this token", "", ExitCode.UNREACHABLE)
        return
    main = str(repository.get("default_branch", "main"))
    environment = github.look(f"/environments/{ENVIRONMENT}")
    if environment is None:
        yield wrong(
            f"there is no environment {ENVIRONMENT}, or this token may not see it",
            f"Settings, Environments: make it, allow only the branch {main}, put the key into its secrets.",
            ExitCode.UNREACHABLE,
        )
    elif environment.get("deployment_branch_policy") is None:
        yield wrong(
            f"every branch may use the environment {ENVIRONMENT}, and so the key",
            f"Settings, Environments, {ENVIRONMENT}: deployment branches: selected, {main}.",
            ExitCode.UNREACHABLE,
        )
    else:
        yield ok(f"only chosen branches may use the environment {ENVIRONMENT}")
    for key in keys:
        if github.look(f"/actions/secrets/{key}") is not None:
            yield wrong(
                f"{key} is a secret of the whole repository: every workflow of every branch can read it",
                f"Move it into the environment {ENVIRONMENT}, and replace the key at Wix.",
                ExitCode.UNREACHABLE,
            )
    yield from _rules(github.look(f"/branches/{main}/protection"), main)
    token = github.look("/actions/permissions/workflow")
    if token is not None and token.get("default_workflow_permissions") != "read":
        yield note("workflows may write by default", "Settings, Actions, General: read repository contents only.")
    workflow = github.look("/actions/workflows/apply.yml")
    if workflow is not None and workflow.get("state") != "active":
        yield wrong(
            f"the workflow apply is switched off ({workflow.get('state')}): nothing goes out",
            "Actions, apply, Enable workflow. GitHub does this itself after 60 quiet days in public repositories.",
            ExitCode.UNREACHABLE,
        )


def _rules(protection: Mapping[str, Any] | None, main: str) -> Iterator[Finding]:
    if protection is None:
        yield note(
            f"whether {main} is protected cannot be seen",
            "Not protected, protected by a ruleset, or not for this token: docs/hardening.md tells what to set.",
        )
        return
    reviews = protection.get("required_pull_request_reviews") or {}
    if not reviews:
        yield note(f"{main} takes changes without a review", "Settings, Branches: require a pull request and a review.")
    elif not reviews.get("dismiss_stale_reviews"):
        yield note("a review still counts after more was pushed", "Settings, Branches: dismiss stale approvals.")
    else:
        yield ok(f"{main} takes only reviewed changes")
