"""The files that `init` and `new` write, as path -> text: a repository that validates, and posts that complete."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Mapping

from socialsync.cells import Cells
from socialsync.source import schemas

_SCHEMAS = ".vscode/socialsync"
_POST_SCHEMA = f"{_SCHEMAS}/post.schema.json"
_CONFIG_SCHEMA = f"{_SCHEMAS}/config.schema.json"

_NO_NAME = re.compile(r"(?:\d+|true|false|null)\Z", re.IGNORECASE)  # what YAML would not read as a text

_EMULATOR = """\
    emulator: true  # for a real site, instead: wix: <site id>
    posts: posts/
    accounts:  # `socialsync accounts` prints them
      facebook: "700800900"
"""
_WIX = """\
    wix: {}
    key_env: WIX_API_KEY  # the name of the variable that holds the key; never the key itself
    posts: posts/
    accounts:
      {{}}  # in place of this line: the lines that `socialsync accounts` prints
"""


def repository(
    *,
    namespace: str,
    timezone: str,
    cells: Cells,
    config_schema: str,
    wix: str = "",
    people: Iterable[str] = (),
) -> dict[str, str]:
    """A new repository, with an emulator site unless `wix` is a site's id: all can be tried before a key exists.

    `config_schema` is the text of the packaged schema of socialsync.yaml; editors get a copy, the tool never reads it.
    """
    return {
        "socialsync.yaml": _config(namespace, timezone, _WIX.format(wix) if wix else _EMULATOR, people),
        ".gitignore": "# what socialsync keeps on this machine only\n.socialsync/\n",
        **editor_files(cells, config_schema),
        **post("welcome", path="posts/welcome.yaml", schedule="draft", targets=("facebook",)),
    }


def editor_files(cells: Cells, config_schema: str) -> dict[str, str]:
    """What lets an editor complete and explain every field."""
    # Redhat's server takes no `[!_]` in a pattern, but a pattern with `!` before it.
    posts = ["posts/**/*.yaml", "!posts/**/_*.yaml"]
    settings = {"yaml.schemas": {f"./{_POST_SCHEMA}": posts, f"./{_CONFIG_SCHEMA}": "socialsync.yaml"}}
    return {
        ".vscode/settings.json": _json(settings),
        ".vscode/extensions.json": _json({"recommendations": ["redhat.vscode-yaml"]}),
        _POST_SCHEMA: _json(schemas.post_schema(cells)),
        _CONFIG_SCHEMA: config_schema,
    }


def post(
    post_id: str,
    *,
    path: str,
    schedule: str,
    targets: Iterable[str],
    until: str = "",
    text: str = "Hello!",
    media: str = "",
) -> dict[str, str]:
    """A new post at `path` (from the repository's root); `media` is the path of a picture that is to be put there."""
    lines = [
        modeline(path),
        f"id: {post_id}",
        f"schedule: {schedule}",
        *([f"until: {until}"] if until else []),
        "text: |",
        *(f"  {line}".rstrip() for line in text.split("\n")),
        *(["media:", f"  - file: {media}", "    alt:"] if media else []),
        "channels:",
        *(f"  {target}:" for target in targets),
    ]
    return {path: "\n".join(lines) + "\n"}


def modeline(path: str) -> str:
    """The comment that tells a YAML language server which schema the file at `path` follows."""
    return f"# yaml-language-server: $schema={posixpath.relpath(_POST_SCHEMA, posixpath.dirname(path) or '.')}"


def _config(namespace: str, timezone: str, site: str, people: Iterable[str]) -> str:
    told = ", ".join(json.dumps(name) if _NO_NAME.match(name) else name for name in people)
    who = f"people: [{told}]  # told at GitHub when something needs a person\n" if told else ""
    return f"""\
# yaml-language-server: $schema={_CONFIG_SCHEMA}
namespace: {namespace}  # part of the name of every item; never change it
timezone: {timezone}
late: 30m  # how long after its time a post may still go out
{who}sites:
  main:
{site}"""


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
