"""Work tree and commit show the same files, and neither follows a link."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from source_repository import Repository

from socialsync.source import git
from socialsync.source.objects import Objects
from socialsync.source.tree import Entry, GitTree, Tree, WorkTree

FILES: dict[str, str | bytes] = {
    "posts/a.yaml": "a: 1\n",
    "posts/2030/ü b.yaml": "b: 2\n",
    "posts/media/big.bin": b"x" * 200_000,
    "posts/-rf.yaml": "c: 3\n",
    "posts/new\nline.yaml": "d: 4\n",
    "other/x.txt": "x",
}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    os.symlink("/etc/hostname", tmp_path / "outside.jpg")
    os.symlink("posts", tmp_path / "linked")
    made.commit(FILES)
    return made


@pytest.fixture(params=["work tree", "commit"])
def tree(request: pytest.FixtureRequest, repository: Repository) -> Iterator[Tree]:
    if request.param == "work tree":
        yield WorkTree(repository.root)
    else:
        with GitTree(repository.root, "HEAD") as made:
            yield made


def test_paths_are_listed_in_order(tree: Tree) -> None:
    assert tree.paths("posts/") == sorted(path for path in FILES if path.startswith("posts/"))
    assert tree.paths("nowhere") == []
    assert sorted(tree.names("posts")) == ["-rf.yaml", "2030", "a.yaml", "media", "new\nline.yaml"]
    assert tree.names("nowhere") == []


def test_files_are_read(tree: Tree) -> None:
    for path, data in FILES.items():
        want = data.encode() if isinstance(data, str) else data
        assert tree.read(path) == want
        with tree.open(path) as stream:
            assert stream.read() == want
    assert tree.read("posts/media/big.bin", 1000) == b"x" * 1001
    assert tree.read("posts/gone.yaml") is None
    assert tree.read("posts") is None


def test_links_are_seen_and_not_followed(tree: Tree) -> None:
    assert tree.entry("outside.jpg") is Entry.LINK
    assert tree.entry("linked/a.yaml") is Entry.LINK
    assert tree.entry("posts/a.yaml") is Entry.FILE
    assert tree.entry("posts/a.yaml/b") is Entry.NONE
    assert tree.entry("posts/2030") is Entry.FOLDER
    assert tree.entry("posts/gone") is Entry.NONE
    assert tree.read("outside.jpg") is None
    with pytest.raises(FileNotFoundError):
        tree.open("outside.jpg")
    with pytest.raises(FileNotFoundError):
        tree.open("linked/a.yaml")


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    tree = WorkTree(str(tmp_path))
    assert tree.paths("") == ["pipe.yaml"]
    assert tree.entry("pipe.yaml") is Entry.OTHER
    assert not tree.read("pipe.yaml")


def test_a_commit_knows_blob_ids_and_not_what_is_on_disk(repository: Repository) -> None:
    repository.write("posts/a.yaml", "a: changed\n")
    with GitTree(repository.root, "HEAD") as tree:
        assert tree.read("posts/a.yaml") == b"a: 1\n"
        assert tree.blob("posts/a.yaml") == repository.git("rev-parse", "HEAD:posts/a.yaml")
        assert tree.blob("posts/gone.yaml") == ""
    assert WorkTree(repository.root).blob("posts/a.yaml") == ""


def test_a_commit_that_nobody_closes_leaves_no_process_behind(repository: Repository) -> None:
    tree = GitTree(repository.root, "HEAD")
    assert tree.read("posts/a.yaml")
    batch = tree._objects._batch
    assert batch is not None
    assert batch.poll() is None
    del tree
    gc.collect()
    assert batch.returncode is not None


def test_changed_paths_between_commits_and_in_the_work_tree(repository: Repository) -> None:
    base = git.commit(repository.root)
    repository.git("mv", "posts/a.yaml", "posts/moved.yaml")
    head = repository.commit({"posts/b.yaml": "b: 1\n"})
    assert git.changed(repository.root, base, head) == {"posts/a.yaml", "posts/moved.yaml", "posts/b.yaml"}
    repository.write("posts/2030/ü b.yaml", "b: 3\n")
    repository.write("posts/new.yaml", "n: 1\n")
    assert git.changed(repository.root, head, None) == {"posts/2030/ü b.yaml", "posts/new.yaml"}
    assert git.merge_base(repository.root, base, "HEAD") == base
    assert git.is_ancestor(repository.root, base, head)
    assert not git.is_ancestor(repository.root, head, base)
    # Two commits that share no history: neither contains the other.
    git.run(repository.root, "config", "user.name", "test")
    git.run(repository.root, "config", "user.email", "test@example.com")
    alone = git.run(repository.root, "commit-tree", f"{head}^{{tree}}", "-m", "alone").decode().strip()
    assert not git.is_ancestor(repository.root, alone, head)
    assert not git.is_ancestor(repository.root, "0" * 39 + "1", head)


def test_dirty_paths_below_posts(repository: Repository) -> None:
    assert git.dirty(repository.root, ["posts/"]) == ()
    repository.write("posts/a.yaml", "a: 2\n")
    repository.write("posts/new.yaml", "n: 1\n")
    repository.write("other/x.txt", "y")
    repository.write(".git/info/exclude", "ignored.yaml\n.DS_Store\n")
    repository.write("posts/.DS_Store", "junk")
    repository.write("posts/ignored.yaml", "i: 1\n")
    assert git.dirty(repository.root, ["posts/"]) == ("posts/a.yaml", "posts/ignored.yaml", "posts/new.yaml")


@pytest.mark.parametrize("ref", ["nothing", "--output=x", "-rf", "HEAD:posts/a.yaml", ""])
def test_what_is_no_commit_is_an_error_with_a_hint(repository: Repository, ref: str) -> None:
    with pytest.raises(git.GitError) as refused:
        GitTree(repository.root, ref)
    assert refused.value.hint


def test_a_folder_without_repository_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(git.GitError):
        git.commit(str(tmp_path))


def test_a_shallow_clone_says_what_to_do(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> None:
    base = git.commit(repository.root)
    repository.commit({"posts/b.yaml": "b: 1\n"})
    shallow = str(tmp_path_factory.mktemp("clone") / "shallow")
    repository.git("clone", "-q", "--depth=1", f"file://{repository.root}", shallow)
    with pytest.raises(git.GitError) as refused:
        git.merge_base(shallow, base, "HEAD")
    assert "fetch-depth: 0" in refused.value.hint


def test_the_users_git_variables_do_not_lead_elsewhere(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    want = git.commit(repository.root)
    monkeypatch.setenv("GIT_DIR", str(tmp_path_factory.mktemp("elsewhere")))
    monkeypatch.setenv("GIT_INDEX_FILE", "nowhere")
    assert git.commit(repository.root) == want


@pytest.mark.parametrize("order", ["as expected", "backwards", "every second", "twice"])
def test_what_was_expected_is_read_in_whatever_order(order: str, tmp_path: Path) -> None:
    texts = {f"posts/{number:03}.yaml": f"post {number}\n" * number for number in range(200)}
    repository = Repository(tmp_path)
    commit = repository.commit(dict(texts))
    paths = sorted(texts)
    asked = {
        "as expected": paths,
        "backwards": paths[::-1],
        "every second": paths[::2],
        "twice": [path for path in paths for _ in range(2)],
    }[order]
    with GitTree(repository.root, commit) as tree:
        tree.expect(paths)
        assert [tree.read(path) for path in asked] == [texts[path].encode() for path in asked]
        tree.expect(paths[:1])
        assert tree.read("posts/199.yaml") == texts["posts/199.yaml"].encode()


def test_of_expected_objects_that_are_not_here_only_the_one_that_is_read_is_missed(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    commit = repository.commit({"posts/a.yaml": "a\n"})
    objects = Objects(repository.root)
    with GitTree(repository.root, commit) as tree:
        here = tree.blob("posts/a.yaml")
    objects.expect(["0" * 40, here])
    assert objects.read(here) == b"a\n"
    with pytest.raises(git.GitError, match="not in this clone"):
        objects.read("0" * 40)
    objects.close()
    assert objects.read(here) == b"a\n"
    objects.close()
