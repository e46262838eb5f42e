"""A small runner of GitHub's workflows: what it does not know, key or expression or action, makes it fail.

It reads the files as a commit has them, gives every job a token with the permissions that the file names, and an
environment's secrets only to a job that names the environment on the branch that may use it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .expressions import condition, interpolate
from .forge import Forge

MAIN = "refs/heads/main"
_TOP = {"name", "on", "permissions", "concurrency", "jobs"}
_JOB = {
    "name", "runs-on", "timeout-minutes", "permissions", "steps", "if", "needs", "environment", "uses", "with",
    "secrets", "concurrency",
}  # fmt: skip
_STEP = {"name", "id", "uses", "with", "run", "env", "if", "shell", "continue-on-error"}
_ACTION = re.compile(r"(?:\$|[\w.-]+/[\w.-]+)/\.github/actions/socialsync(?:@[0-9a-f]{40})?\Z")


@dataclass
class Step:
    name: str
    result: str
    output: str = ""


@dataclass
class Job:
    name: str
    result: str  # success, failure, skipped
    permissions: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    summary: str = ""
    secrets: tuple[str, ...] = ()

    def output(self) -> str:
        return "\n".join(step.output for step in self.steps)


@dataclass
class Run:
    """One run of one workflow, as the tests look at it."""

    number: int
    workflow: str
    jobs: dict[str, Job] = field(default_factory=dict)
    artifacts: dict[str, Path] = field(default_factory=dict)

    @property
    def conclusion(self) -> str:
        results = {job.result for job in self.jobs.values()}
        return "failure" if "failure" in results else "success" if "success" in results else "skipped"

    def annotations(self) -> list[str]:
        said = "\n".join(job.output() for job in self.jobs.values())
        return re.findall(r"^::(?:error|warning|notice) .*$", said, re.MULTILINE)


@dataclass
class Runner:
    """`machine` are variables that every step sees; `vault` the secrets of the environment social-production."""

    root: Path
    bare: Path
    forge: Forge
    machine: dict[str, str]
    vault: dict[str, str]
    secrets: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)

    def run(
        self, workflow: str, event_name: str, event: Mapping[str, Any], *, ref: str, sha: str, inputs: Any = None
    ) -> Run:
        """One workflow for one event, its jobs one after another. `sha` is also where the file is read from."""
        run = Run(number=len(self.runs) + 1, workflow=workflow)
        self.runs.append(run)
        data = self._file(sha, workflow)
        assert event_name in (data["on"] if isinstance(data["on"], dict) else [data["on"]]), (workflow, event_name)
        self._jobs(run, data, _Event(event_name, dict(event), ref, sha, inputs or {}), ceiling=None)
        return run

    def _file(self, sha: str, workflow: str) -> dict[str, Any]:
        shown = ["git", "-C", str(self.bare), "show", f"{sha}:.github/workflows/{workflow}.yml"]
        text = subprocess.run(shown, capture_output=True, check=True, text=True).stdout
        data = yaml.safe_load(text)
        data["on"] = data.pop(True, data.get("on"))  # YAML 1.1 reads `on` as a boolean
        assert set(data) <= _TOP, set(data) - _TOP
        assert data["permissions"] == {}
        return dict(data)

    def _jobs(
        self, run: Run, data: dict[str, Any], event: _Event, *, ceiling: dict[str, str] | None, prefix: str = ""
    ) -> None:
        for name, job in data["jobs"].items():
            assert set(job) <= _JOB, set(job) - _JOB
            needed = job.get("needs", [])
            needs = {each: {"result": run.jobs[prefix + each].result} for each in needed}
            contexts = self._contexts(run, event) | {"needs": needs}
            good = all(each["result"] == "success" for each in needs.values())
            if not condition(job.get("if", "success()"), contexts, _functions(good=good)):
                run.jobs[prefix + name] = Job(name, "skipped")
            elif "uses" in job:
                self._called(run, job, event, contexts, prefix + name)
            else:
                run.jobs[prefix + name] = self._job(run, name, job, event, contexts, ceiling)

    def _called(self, run: Run, job: dict[str, Any], event: _Event, contexts: Mapping[str, Any], name: str) -> None:
        path = re.fullmatch(r"\$/\.github/workflows/(\w+)\.yml", job["uses"])
        assert path is not None, job["uses"]
        inner = self._file(event.sha, path[1])
        assert set(job["with"]) <= set(inner["on"]["workflow_call"]["inputs"])
        passed = {key: interpolate(value, contexts, _functions()) for key, value in job["secrets"].items()}
        assert set(passed) <= set(inner["on"]["workflow_call"]["secrets"])
        nested = _Event(event.name, event.payload, event.ref, event.sha, dict(job["with"]), passed)
        self._jobs(run, inner, nested, ceiling=job["permissions"], prefix=f"{name}/")

    def _contexts(self, run: Run, event: _Event) -> dict[str, Any]:
        secrets = self.secrets if event.secrets is None else event.secrets
        return {
            "github": {
                "event": event.payload,
                "event_name": event.name,
                "ref": event.ref,
                "sha": event.sha,
                "repository": self.forge.repository,
                "run_id": run.number,
                "token": "no token outside of a job",
            },
            "secrets": secrets,
            "vars": self.variables,
            "inputs": event.inputs,
        }

    # --- a job ----------------------------------------------------------------------------------

    def _job(
        self,
        run: Run,
        name: str,
        job: dict[str, Any],
        event: _Event,
        contexts: dict[str, Any],
        ceiling: dict[str, str] | None,
    ) -> Job:
        permissions = dict(job["permissions"])
        assert ceiling is None or permissions.items() <= ceiling.items(), (
            "a called workflow may do no more than its caller"
        )
        if event.from_fork:
            permissions = {scope: "read" if level == "write" else level for scope, level in permissions.items()}
        made = Job(name, "success", permissions)
        secrets = dict(contexts["secrets"])
        if "environment" in job:
            assert job["environment"]["name"] == "social-production"
            if event.ref != MAIN:
                made.result = "failure"
                made.steps.append(Step("environment", "failure", "this branch may not use the environment"))
                return made
            secrets |= self.vault
        if event.from_fork:
            secrets = {}
        made.secrets = tuple(secrets)
        work = self.root / f"run-{run.number}" / name
        contexts = contexts | {
            "secrets": secrets,
            "runner": {"temp": str(work / "temp")},
            "github": contexts["github"] | {"token": self.forge.token(permissions)},
            "steps": {},
        }
        for folder in ("temp", "workspace", "home"):
            (work / folder).mkdir(parents=True)
        (work / "event.json").write_text(json.dumps(event.payload))
        before = self._refs()
        for step in job["steps"]:
            self._step(run, made, step, event, contexts, work)
        assert permissions.get("contents") == "write" or self._refs() == before, "a push without the right to"
        made.summary = (work / "summary.md").read_text() if (work / "summary.md").exists() else ""
        assert len(made.summary.encode()) <= 1024 * 1024
        return made

    def _step(
        self, run: Run, job: Job, step: dict[str, Any], event: _Event, contexts: dict[str, Any], work: Path
    ) -> None:
        assert set(step) <= _STEP, set(step) - _STEP
        functions = _functions(good=job.result == "success")
        if not condition(step.get("if", "success()"), contexts, functions):
            job.steps.append(Step(step["name"], "skipped"))
            return
        given = {key: interpolate(value, contexts, functions) for key, value in step.get("with", {}).items()}
        environment = {key: interpolate(value, contexts, functions) for key, value in step.get("env", {}).items()}
        try:
            if "run" in step:
                assert "${{" not in step["run"]
                assert step["shell"] == "bash"
                output = self._shell(run, step["run"], environment, event, work)
            else:
                output = self._use(run, step, given, event, contexts, work)
            result = "success"
        except _Failed as error:
            output, result = str(error), "failure"
        job.steps.append(Step(step["name"], result, output))
        if result == "failure" and not step.get("continue-on-error"):
            job.result = "failure"

    def _shell(self, run: Run, script: str, environment: dict[str, str], event: _Event, work: Path) -> str:
        variables = {
            "PATH": os.pathsep.join((str(self.root / "bin"), str(Path(sys.executable).parent), "/usr/bin", "/bin")),
            "HOME": str(work / "home"),
            "LANG": "C.UTF-8",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.forge.url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": self.forge.repository,
            "GITHUB_EVENT_NAME": event.name,
            "GITHUB_EVENT_PATH": str(work / "event.json"),
            "GITHUB_REF": event.ref,
            "GITHUB_REF_NAME": event.ref.removeprefix("refs/heads/"),
            "GITHUB_SHA": event.sha,
            "GITHUB_RUN_ID": str(run.number),
            "GITHUB_STEP_SUMMARY": str(work / "summary.md"),
            "RUNNER_TEMP": str(work / "temp"),
            **self.machine,
            **environment,
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=work / "workspace",
            env=variables,
            capture_output=True,
            text=True,
            timeout=300,
        )
        output = done.stdout + done.stderr
        with (self.root / "log.txt").open("a") as log:
            log.write(output)
        if done.returncode != 0:
            raise _Failed(f"{output}\nexit code {done.returncode}")
        return output

    # --- actions --------------------------------------------------------------------------------

    def _use(
        self, run: Run, step: dict[str, Any], given: dict[str, Any], event: _Event, contexts: dict[str, Any], work: Path
    ) -> str:
        action, _, commit = step["uses"].partition("@")
        if _ACTION.match(step["uses"]):
            contexts["steps"][step["id"]] = {"outputs": {"command": str(Path(sys.executable).with_name("socialsync"))}}
            return ""
        assert re.fullmatch(r"[0-9a-f]{40}", commit), step["uses"]
        match action:
            case "actions/checkout":
                self._checkout(given, event, work / "workspace")
            case "actions/upload-artifact":
                self._upload(run, given)
            case "actions/download-artifact":
                self._download(run, given)
            case _:
                raise AssertionError(f"nobody fakes {step['uses']}")
        return ""

    def _checkout(self, given: dict[str, Any], event: _Event, workspace: Path) -> None:
        assert given == {"fetch-depth": 0, "persist-credentials": False}, given
        assert event.name != "workflow_run", "a run with rights checks nothing out that a pull request brought"
        quiet = {"capture_output": True, "check": True}
        git = ["git", "-C", str(workspace)]
        subprocess.run([*git, "init", "-q", "-b", "main"], **quiet)  # type: ignore[call-overload]
        subprocess.run([*git, "remote", "add", "origin", str(self.bare)], **quiet)  # type: ignore[call-overload]
        spec = ["+refs/heads/*:refs/remotes/origin/*", "+refs/pull/*:refs/remotes/pull/*"]
        subprocess.run([*git, "fetch", "-q", "origin", *spec], **quiet)  # type: ignore[call-overload]
        where = ["-B", "main", event.sha] if event.ref == MAIN else ["--detach", event.sha]
        subprocess.run([*git, "checkout", "-q", "-f", *where], **quiet)  # type: ignore[call-overload]

    def _upload(self, run: Run, given: dict[str, Any]) -> None:
        assert set(given) == {"name", "path", "if-no-files-found", "retention-days"}
        source = Path(given["path"])
        if not source.exists():
            assert given["if-no-files-found"] == "ignore"
            return
        kept = self.root / "artifacts" / str(run.number) / given["name"]
        kept.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, kept)
        else:
            kept.mkdir()
            shutil.copy(source, kept, follow_symlinks=False)
        run.artifacts[given["name"]] = kept

    def _download(self, run: Run, given: dict[str, Any]) -> None:
        of = run
        if "run-id" in given:
            assert self.forge.tokens[given["github-token"]].get("actions") == "read", "actions: read is missing"
            of = self.runs[int(given["run-id"]) - 1]
        if given["name"] not in of.artifacts:
            raise _Failed(f"there is no artifact {given['name']}")
        shutil.copytree(of.artifacts[given["name"]], given["path"], symlinks=True)

    def _refs(self) -> str:
        listed = ["git", "-C", str(self.bare), "for-each-ref"]
        return subprocess.run(listed, capture_output=True, check=True, text=True).stdout


@dataclass
class _Event:
    name: str
    payload: dict[str, Any]
    ref: str
    sha: str
    inputs: dict[str, Any]
    secrets: dict[str, str] | None = None

    @property
    def from_fork(self) -> bool:
        """Whether GitHub gives this run neither secrets nor a token that may write."""
        pull = self.payload.get("pull_request")
        return pull is not None and pull["head"]["repo"]["full_name"] != pull["base"]["repo"]["full_name"]


class _Failed(Exception):
    """A step that ended in failure."""


def _functions(*, good: bool = True) -> dict[str, Any]:
    return {
        "success": lambda: good,
        "failure": lambda: not good,
        "cancelled": lambda: False,
        "always": lambda: True,
    }
