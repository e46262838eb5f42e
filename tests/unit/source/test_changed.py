"""What a change touches against an older commit."""

from __future__ import annotations

from pathlib import Path

import pytest
from source_repository import Repository
from source_trees import CONFIG

from socialsync import config
from socialsync.source import changed, posts
from socialsync.source.tree import WorkTree

POST = "id: {id}\nschedule: 2030-12-01 09:00\ntext: Hello\nchannels:\n  facebook:\n  linkedin:\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.commit({config.FILE: CONFIG, **{f"posts/{name}.yaml": POST.format(id=name) for name in ("one", "two")}})
    return made


def touched(repository: Repository) -> set[str]:
    tree = WorkTree(repository.root)
    settings, problems = config.load(tree)
    assert settings is not None, problems
    keys = changed.touched(posts.load(settings, tree), repository.root, "HEAD")
    return {key.removeprefix("ss1.acme.main.") for key in keys}


def test_nothing_changed(repository: Repository) -> None:
    assert touched(repository) == set()


def test_an_edited_override_touches_its_target_only(repository: Repository) -> None:
    repository.write("posts/one.yaml", POST.format(id="one").replace("linkedin:", "linkedin: {text: Hi}"))
    assert touched(repository) == {"one.linkedin-post.a1"}


def test_a_new_post_touches_all_its_targets(repository: Repository) -> None:
    repository.write("posts/three.yaml", POST.format(id="three"))
    assert touched(repository) == {"three.facebook-post.a1", "three.linkedin-post.a1"}


def test_a_moved_file_and_a_comment_touch_nothing(repository: Repository) -> None:
    repository.git("mv", "posts/one.yaml", "posts/moved.yaml")
    repository.write("posts/two.yaml", "# reviewed\n" + POST.format(id="two"))
    assert touched(repository) == set()


def test_a_changed_zone_touches_every_post_whose_instant_moves(repository: Repository) -> None:
    repository.write("posts/two.yaml", POST.format(id="two").replace("09:00", "09:00+01:00"))
    repository.commit()
    repository.write(config.FILE, CONFIG.replace("Europe/Berlin", "America/New_York"))
    assert {key.split(".")[0] for key in touched(repository)} == {"one", "two"}


def test_a_changed_variable_touches_who_uses_it(repository: Repository) -> None:
    repository.write("posts/_variables.yaml", "percent: 20\n")
    repository.commit({"posts/sale.yaml": POST.format(id="sale").replace("Hello", "Now {{ percent }} %")})
    repository.write("posts/_variables.yaml", "percent: 30\n")
    assert touched(repository) == {"sale.facebook-post.a1", "sale.linkedin-post.a1"}


def test_without_a_readable_configuration_before_all_is_new(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    made.commit({"README": "x"})
    made.write(config.FILE, CONFIG)
    made.write("posts/one.yaml", POST.format(id="one"))
    assert len(touched(made)) == 2
