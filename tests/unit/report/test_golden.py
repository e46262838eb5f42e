"""The reports as people see them, kept as files to review; SOCIALSYNC_UPDATE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from socialsync.cells import packaged
from socialsync.report import render

from . import samples

GOLDEN = Path(__file__).parent / "golden"
FORMS = {"text": "txt", "markdown": "md", "github": "github.txt"}
CASES = [(name, form) for name in samples.REPORTS for form in FORMS] + [("plan-small", "json"), ("validate", "sarif")]


@pytest.mark.parametrize(("name", "form"), CASES)
def test_golden(name: str, form: str) -> None:
    posts_url = "https://github.com/acme/posts/blob/main/"
    shown = render(samples.REPORTS[name](), format=form, cells=packaged(), width=100, posts_url=posts_url)
    path = GOLDEN / f"{name}.{FORMS.get(form, form)}"
    if os.environ.get("SOCIALSYNC_UPDATE_GOLDEN"):
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    wanted = {f"{name}.{FORMS.get(form, form)}" for name, form in CASES}
    assert {path.name for path in GOLDEN.iterdir()} == wanted
