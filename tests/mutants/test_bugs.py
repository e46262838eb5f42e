"""Every seeded bug still fits the code it was written for: a rename must not quietly take a bug out of the list."""

import pytest

from .bugs import BUGS, Bug
from .run import ROOT


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_seeded_bug_fits_the_code(bug: Bug) -> None:
    assert (ROOT / "socialsync" / bug.file).read_text(encoding="utf-8").count(bug.old) == 1
    assert bug.old != bug.new
    assert bug.cases
