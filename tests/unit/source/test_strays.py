"""A post that lies in no site's folder is named: nobody would post it."""

from __future__ import annotations

from pathlib import Path

import pytest
from source_repository import Repository
from source_trees import Files, MemoryTree

from socialsync import config
from socialsync.source import checking, posts
from socialsync.source.tree import GitTree, WorkTree

POST = "id: sale\nschedule: draft\ntext: Hi\nchannels: [facebook]\n"


def configuration(*folders: str) -> str:
    sites = "".join(
        f'  site{number}: {{emulator: true, posts: {folder}, accounts: {{facebook: "7"}}}}\n'
        for number, folder in enumerate(folders)
    )
    return f"namespace: acme\nsites:\n{sites}"


def said(folders: list[str], files: Files) -> list[str]:
    tree = MemoryTree({config.FILE: configuration(*folders), **files})
    settings, problems = config.load(tree)
    assert settings is not None, problems
    return [f"{problem.location.path} {problem.code} {problem.hint}" for problem in posts.load(settings, tree).problems]


THREE = ["posts/shop/", "posts/school/", "posts/cafe/"]


@pytest.mark.parametrize(
    "path", ["posts/stray.yaml", "posts/shopp/2030/sale.yaml", "posts/old.yml", "posts/old.yaml.txt"]
)
def test_beside_the_folders_of_the_sites(path: str) -> None:
    hint = "Move it to posts/shop/, posts/school/ or posts/cafe/, or start its name with “_” to leave it out."
    assert said(THREE, {"posts/shop/a.yaml": POST, path: POST}) == [f"{path} E-FOLDER {hint}"]


@pytest.mark.parametrize(
    "files",
    [
        {"posts/_variables.yaml": POST, "posts/_old.yaml": POST},
        {"posts/about.yaml": "title: About\n", "posts/shop/_x.yaml": POST, "posts/readme.md": POST},
        {"other/sale.yaml": POST, "sale.yaml": POST},
        {"posts/link.yaml": None},
    ],
)
def test_what_is_no_post_of_anybody(files: Files) -> None:
    kept = {f"{folder}{number}.yaml": POST for number, folder in enumerate(THREE)}
    assert said(THREE, {**kept, **files}) == []


def test_a_site_whose_folder_is_not_there() -> None:
    files = {"posts/sale.yaml": POST, ".hidden/a.yaml": POST, "late.yaml": POST}
    assert [each[:24] for each in said(["post/"], files)] == ["late.yaml E-FOLDER Move ", "posts/sale.yaml E-FOLDER"]
    assert said(["post/"], {}) == []


def test_every_tree_and_validate_find_the_same(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    files = {config.FILE: configuration(*THREE), "posts/stray.yaml": POST, "posts/shopp/more/a.yaml": POST}
    commit = repository.commit({**files, "posts/shop/deep/a.yaml": POST, "posts/media/a.txt": POST})
    work = WorkTree(repository.root)
    settings, _ = config.load(work)
    assert settings is not None
    wanted = ["posts/shopp/more/a.yaml", "posts/stray.yaml"]
    with GitTree(repository.root, commit) as tree:
        for problems in (posts.load(settings, tree).problems, checking.check(settings, work).problems):
            assert [problem.location.path for problem in problems if problem.code == "E-FOLDER"] == wanted
