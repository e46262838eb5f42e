"""A sample of the failure suite that fits `make test`, the same every time; `make acceptance` runs all of it."""

from collections.abc import Iterator

import pytest

from .bench import Bench
from .matrix import recording
from .run import SUITES, carry_out

CASES = (
    # one for each way in which the protocol could break, on each kind of uniqueness
    "S1/u1/F2/4-create_draft_item/T8-reset-committed",
    "S1/u2/F2/4-create_draft_item/T9-late-1",
    "S1/u3/F2/5-publish_item_by_id/T7-no-reply-committed",
    "S1/u1/F2/5-publish_item_by_id/H7-503-html-committed",
    "S1/u1/F2/5-publish_item_by_id/H15-428-quota",
    "S1/u1/F2/4-create_draft_item/H13-409-key",
    "S1/u1/F2/4-create_draft_item/H20-redirect",
    "S1/u1/F2/3-query_items/T11-truncated",
    "S1/u2/F5/5-update_item/H5-500-committed",
    "S1/u1/F7/5-reschedule_item/T8-reset-committed",
    "S1/u3/F9/5-cancel_scheduled_item/T8-reset-committed",
    "S1/u1/F11/5-delete_item/H4-500",
    "S1/normalising/F17/10-upload_file/T8-reset-committed",
    "S1/u1/F18/4-get_long_lived_token_status/H6-502-html",
    "S1/u1/F23/4-get_items/H9-400-html",
    "S1/u1/F25/5-get_file/H4-500",
    "S1-for-ever/F1/list_accounts/H11-403",
    "S1-local/u1-wix-local/L1/5-publish_item_by_id/T5-reset-sending",
    "S1-local/u3-wix-local/L4/5-publish_item_by_id/T8-reset-committed",
    "S2/u1-wix/F2/4-create_draft_item/committed",
    "S2/u2/F2/5-publish_item_by_id/received",
    "S2/u3/F8/5-update_item/committed",
    "S2/u1-wix/F18/13-create_draft_item/dropped",
    "S2-local/u1-wix-local/L1/push/1-before",
    "S2-local/u1-wix-local/L1/push/1-after",
    "S3/u1/F2/4-create_draft_item/TERM",
    "S3/u1-wix/F9/5-cancel_scheduled_item/INT",
    "S4/7",
    "S4/77",
    "S5/u1/D1-edit/F5/before",
    "S5/u3/D4-delete/F20/before",
    "S5/u2/D3-cancel/F7/5-reschedule_item",
    "S5-scenes/skew-10m",
    "S5-scenes/twin",
    "S6/u1/same/ABABABAB",
    "S6/u2/same/AABBABAB",
    "S6/u3/same/ABBAABBA",
    "S6/u1-wix/newer/ABABBABA",
    "S6-local/u3-wix-local/L4/both",
    "S6-free/u2/3",
    "S8/u1/F2/3",
    "S8/normalising/F18/3",
    "S8/u1-wix/F14/3",
    "S8/u1/F21/3",
    "S9/5",
    "S9/42",
    "S11/remove/4",
    "S11/empty-of-three",
    "S11/namespace",
    "S12/new/90",
    "S12/new/-10770",
    "S12/jump/F7/6-update_item/86400",
    "S12-local/new/1780/default",
    "S12-local/jump/L1/4-create_draft_item/1230",
    "S19/3",
    "S20/fault/F2/4-create_draft_item/T12-twice-first",
    "S21/still/101/50/-",
    "S21/remove-first/101/50/1",
    "S21/endless/repeated-id",
)
THROUGH_THE_SCRIPT = ("S8/u1/F2/3", "S2/u1-wix/F2/5-publish_item_by_id/committed", "S3/u1/F2/4-create_draft_item/INT")


@pytest.fixture(scope="module")
def script() -> Iterator[Bench]:
    made = Bench(installed=True)
    yield made
    made.close()


@pytest.mark.parametrize("case", CASES)
def test_a_case_of_every_suite(bench: Bench, case: str) -> None:
    result = carry_out(bench, case)
    assert result["ok"], result["error"]


@pytest.mark.parametrize("case", THROUGH_THE_SCRIPT)
def test_the_console_script_behaves_as_the_fork(script: Bench, case: str) -> None:
    result = carry_out(script, case)
    assert result["ok"], result["error"]


def test_the_console_script_asks_what_the_fork_asks(bench: Bench, script: Bench) -> None:
    for flow in ("F2", "F8", "F18"):
        assert recording(script, "u1", flow) == recording(bench, "u1", flow)


def test_every_suite_is_in_the_sample() -> None:
    sampled = {case.split("/")[0] for case in CASES}
    assert set(SUITES) - sampled <= {"S2-twice", "S7", "S22", "S23"}  # too long for a sample
