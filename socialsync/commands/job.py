"""What a job of GitHub Actions tells about itself in its variables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from socialsync.commands.environment import Environment
from socialsync.errors import UsageError
from socialsync.github import GitHub


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """The repository (owner/name), where it is shown, and the event that started the run."""

    repository: str
    branch: str  # that the run is of
    server: str
    run_url: str
    event: Mapping[str, Any]
    api: str
    token: str

    def github(self) -> GitHub:
        """The repository, with what this job's token may do. Raises UsageError without a token."""
        if not self.token:
            raise UsageError(
                "GITHUB_TOKEN is empty", hint="Give the step `GITHUB_TOKEN: ${{ github.token }}`.", code="E-NO-TOKEN"
            )
        return GitHub(api=self.api, repository=self.repository, token=self.token)

    def blob_url(self, repository: str, commit: str) -> str:
        """Where files of a commit are shown; a path is appended to it."""
        return f"{self.server}/{repository or self.repository}/blob/{commit}/"


def this_job(environment: Environment) -> Job:
    """The job we run in. Raises UsageError outside of one."""
    variables = environment.variables
    missing = [name for name in ("GITHUB_REPOSITORY", "GITHUB_EVENT_PATH") if not variables.get(name)]
    if missing:
        raise UsageError(
            f"{' and '.join(missing)} must be set: this is for jobs of GitHub Actions",
            hint="docs/pull-requests.md tells what runs where.",
            code="E-NO-JOB",
        )
    repository = variables["GITHUB_REPOSITORY"]
    server = variables.get("GITHUB_SERVER_URL", "https://github.com")
    with open(variables["GITHUB_EVENT_PATH"], encoding="utf-8") as stream:
        event = json.load(stream)
    return Job(
        repository=repository,
        branch=variables.get("GITHUB_REF_NAME", "main"),
        server=server,
        run_url=f"{server}/{repository}/actions/runs/{variables.get('GITHUB_RUN_ID', '')}",
        event=event,
        api=variables.get("GITHUB_API_URL", "https://api.github.com"),
        token=variables.get("GITHUB_TOKEN", ""),
    )
