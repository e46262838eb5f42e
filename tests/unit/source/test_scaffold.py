"""What `init` and `new` write is valid from the first moment."""

from __future__ import annotations

import json

import pytest
from source_trees import MemoryTree, load_posts

from socialsync import cells, config
from socialsync.source import posts, scaffold


def files() -> dict[str, str]:
    schema = (cells.schemas_dir() / "config.schema.json").read_text(encoding="utf-8")
    return scaffold.repository(namespace="acme", timezone="Europe/Berlin", cells=cells.packaged(), config_schema=schema)


def test_a_new_repository_has_no_problems() -> None:
    tree = MemoryTree(files())
    settings, problems = config.load(tree)
    assert problems == ()
    assert settings is not None
    loaded = posts.load(settings, tree)
    assert loaded.judged() == ()
    assert [str(intent.target) for intent in loaded.intents] == ["facebook/post"]


def test_editors_find_the_schemas() -> None:
    made = files()
    wanted = json.loads(made[".vscode/settings.json"])["yaml.schemas"]
    assert all(json.loads(made[path.removeprefix("./")])["title"] for path in wanted)
    assert ".socialsync/" in made[".gitignore"]
    patterns = next(globs for path, globs in wanted.items() if "post" in path)
    assert patterns == ["posts/**/*.yaml", "!posts/**/_*.yaml"], "the server understands no character sets"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("posts/a.yaml", "# yaml-language-server: $schema=../.vscode/socialsync/post.schema.json"),
        ("posts/2030/12/a.yaml", "# yaml-language-server: $schema=../../../.vscode/socialsync/post.schema.json"),
        ("a.yaml", "# yaml-language-server: $schema=.vscode/socialsync/post.schema.json"),
    ],
)
def test_the_modeline_leads_to_the_schema(path: str, line: str) -> None:
    assert scaffold.modeline(path) == line


@pytest.mark.parametrize("text", ["Hello", "Sale: now #mugs\n\n@you 'and' {me}", "- a\n  b"])
def test_a_new_post_says_what_it_was_given(text: str) -> None:
    made = scaffold.post(
        "a-post", path="posts/a.yaml", schedule="asap", until="2030-12-01 09:00", targets=["facebook", "gbp"], text=text
    )
    loaded = load_posts(made)
    assert loaded.judged() == ()
    assert {intent.content.text for intent in loaded.intents} == {text}
