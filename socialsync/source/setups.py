"""The three ways to set a repository up at GitHub, as path -> text: workflows, owners, updates, links for editors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote, urlencode

from socialsync.cells import Cells
from socialsync.model.sites import Site
from socialsync.source import scaffold
from socialsync.source.words import listed

README = "README.md"
BESIDE = "POSTS.md"
"""Where the links stand if the repository has a README of its own."""
NEW_POST = "../../new/"  # how such a link begins
WORKFLOWS = ("validate", "comment", "apply", "report", "verify", "drift", "stop", "renew")
TOOL = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+@[0-9a-f]{40}\Z")
"""`owner/name@commit`: where socialsync's own repository lies, and which commit of it the workflows install."""

# What stands in this repository's own workflows and is another thing in everybody else's.
_OWN_ACTION = "$/.github/actions/socialsync"
_OWN_SWITCH = " && vars.SOCIALSYNC_LIVE == 'yes'"
_ENVIRONMENT = "    environment:\n      name: social-production\n      deployment: false\n"


class SetUp(StrEnum):
    """TEAM: one writes, another reviews. SOLO: one person, in a public or paid repository. PRIVATE: a private one on
    the free plan, which protects neither branches nor environments."""

    TEAM = "team"
    SOLO = "solo"
    PRIVATE = "private"


LOST = {
    SetUp.TEAM: "",
    SetUp.SOLO: "Nobody but you reads a change before it goes out; the pull request still shows what it would do.",
    SetUp.PRIVATE: "GitHub's free plan protects neither the main branch nor environments of private repositories: "
    "whoever may push to the repository can read the key, and can publish without a review.",
}


def files(
    set_up: SetUp,
    *,
    tool: str,
    version: str,
    branch: str,
    people: Iterable[str],
    sites: Iterable[Site],
    keys: Iterable[str],
    cells: Cells,
) -> dict[str, str]:
    """Everything a set-up adds to a repository.

    `tool` follows TOOL, `branch` is the main one, `keys` are the names of the variables that hold the sites' keys.
    There is no README while no site has an account that a link could be for.
    """
    made = {
        f".github/workflows/{name}.yml": _workflow(text, set_up, tool, version, branch, tuple(keys))
        for name, text in _own_workflows().items()
    }
    made[".github/dependabot.yml"] = _DEPENDABOT
    if set_up is SetUp.TEAM and (owners := " ".join(f"@{name}" for name in people)):
        made[".github/CODEOWNERS"] = f"* {owners}\n"
    if linked := tuple(site for site in sites if site.accounts):
        made[README] = readme(branch, linked, cells)
    return made


def settings(set_up: SetUp, branch: str, keys: Iterable[str]) -> list[str]:
    """What remains to be set by hand, a line each."""
    names = tuple(keys)
    secrets = f"the secret{'s' if len(names) > 1 else ''} {listed(names)}"
    secret = {
        SetUp.PRIVATE: f"Settings, Secrets and variables, Actions: {secrets}",
    }.get(
        set_up,
        f"Settings, Environments: social-production, deployment branches: selected, {branch}; in it {secrets}",
    )
    reviews = {
        SetUp.TEAM: f"Settings, Rules: {branch} needs a pull request, one approval of a code owner, dismissed by a new "
        "push; and the check “What this would do”; no force push",
        SetUp.SOLO: f"Settings, Rules: {branch} needs a pull request and the check “What this would do”; no force push",
        SetUp.PRIVATE: "no rules are to be had; merge only pull requests whose check is green",
    }[set_up]
    return [
        "Wix: an API key that may manage social posts and upload media, of this one site",
        secret,
        reviews,
        "Settings, Actions, General: workflows may only read, may not approve, run for outside people after approval",
        "Actions, apply, Run workflow: the first run; then `socialsync doctor` once more",
    ]


def readme(branch: str, sites: Sequence[Site], cells: Cells) -> str:
    """A README whose links open GitHub's editor with a new post in it: of each site one for each channel, and one for
    all together."""
    lines: list[str] = []
    for site in sites:
        names = list(site.accounts)
        sets = [[name] for name in names] + ([names] if len(names) > 1 else [])
        lines += [f"## {site.name}", ""] if len(sites) > 1 else []
        lines += ["A new post for:", ""]
        lines += [f"- [{listed(each)}]({_new_post(branch, site.posts, each, cells)})" for each in sets]
        lines += [""]
    return "\n".join(
        [
            "# Our posts",
            "",
            *lines,
            "Give it an id of its own (in the file and as its name), a date and a text, and propose it as a pull",
            "request. A comment there says what a merge would do, and after it what became of the post.",
            "",
        ]
    )


def _new_post(branch: str, posts: str, targets: list[str], cells: Cells) -> str:
    """The address of the forge's new-file page, relative to a README at the repository's root."""
    path = f"{posts}my-new-post.yaml"
    of = [cells.get(target.partition("@")[0]) for target in targets]
    wants_media = any(cell is not None and "media" in cell.schema.get("required", ()) for cell in of)
    media = f"{posts}media/my-picture.jpg" if wants_media else ""
    text = scaffold.post("my-new-post", path=path, schedule="draft", targets=targets, media=media)[path]
    return f"{NEW_POST}{branch}?{urlencode({'filename': path, 'value': text}, quote_via=quote)}"


def _workflow(text: str, set_up: SetUp, tool: str, version: str, branch: str, keys: tuple[str, ...]) -> str:
    repository, _, commit = tool.partition("@")
    text = text.replace(_OWN_ACTION, f"{repository}/.github/actions/socialsync@{commit} # v{version}")
    text = text.replace(_OWN_SWITCH, "").replace("refs/heads/main'", f"refs/heads/{branch}'")
    text = text.replace("branches: [main]", f"branches: [{branch}]")
    if set_up is SetUp.PRIVATE:
        text = text.replace(_ENVIRONMENT, "")
    line = "          WIX_API_KEY: ${{ secrets.WIX_API_KEY }}\n"
    return text.replace(line, "".join(line.replace("WIX_API_KEY", key) for key in keys))


def _own_workflows() -> dict[str, str]:
    """This repository's own workflows: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).parent.parent
    inside = package / "_workflows"
    folder = inside if inside.is_dir() else package.parent / ".github" / "workflows"
    return {name: (folder / f"{name}.yml").read_text(encoding="utf-8") for name in WORKFLOWS}


_DEPENDABOT = """\
version: 2
updates:
  - package-ecosystem: github-actions
    directory: /
    schedule:
      interval: weekly
    cooldown:
      default-days: 7
"""
