"""The checklist of the API reference, section 9, row by row: which test holds it."""

import ast
from pathlib import Path

import pytest

# row, statement, the tests that hold it.
CHECKLIST: tuple[tuple[int, str, tuple[str, ...]], ...] = (
    (
        1,
        "all routes; an unknown one is 404",
        ("test_each_documented_exchange", "test_an_unknown_route_and_an_unknown_parameter"),
    ),
    (
        2,
        "key and site header; sites are isolated",
        ("test_headers_that_are_not_as_documented", "test_a_site_knows_nothing_of_another"),
    ),
    (
        3,
        "create answers a GUID and DRAFT, accepts missing account ids",
        ("test_each_documented_exchange", "test_the_network_s_own_refusal"),
    ),
    (4, "channel.accountId is required", ("test_a_missing_account_id_is_the_documented_violation",)),
    (
        5,
        "one content key, matching channel and type",
        ("test_a_body_that_breaks_the_interface_is_refused_and_recorded",),
    ),
    (6, "text limits", ("test_a_body_that_breaks_the_interface_is_refused_and_recorded",)),
    (7, "required media at create or at publish", ("test_each_code_is_reached",)),
    (8, "publish-by-id takes DRAFT and SCHEDULED", ("test_each_operation_on_each_status",)),
    (
        9,
        "PUBLISHED, or PROCESSING and then PUBLISHED or FAILED",
        ("test_the_durations_are_passed_through_one_after_another", "test_publications_that_do_not_end_well"),
    ),
    (10, "a missing author is the platform's refusal", ("test_the_network_s_own_refusal",)),
    (11, "a past date", ("test_each_code_is_reached",)),
    (
        12,
        "a schedule fires at its time, through IN_QUEUE and PROCESSING",
        ("test_the_durations_are_passed_through_one_after_another",),
    ),
    (
        13,
        "referenceId: where it is unique, who holds it",
        ("test_where_the_reference_is_unique", "test_which_rows_hold_the_reference"),
    ),
    (
        14,
        "without referenceId the same post goes out twice",
        ("test_without_a_reference_the_same_post_goes_out_twice",),
    ),
    (15, "reschedule only SCHEDULED", ("test_each_operation_on_each_status",)),
    (
        16,
        "cancel only SCHEDULED; the third case",
        ("test_each_operation_on_each_status", "test_a_switch_changes_a_cell"),
    ),
    (17, "delete twice, delete unknown, the row stays", ("test_each_operation_on_each_status", "test_an_unknown_id")),
    (18, "DELETED hidden or shown", ("test_tombstones",)),
    (
        19,
        "update merges what is sent, moves no date",
        ("test_the_depth_of_an_update", "test_an_update_moves_no_date_and_changes_neither_channel_nor_type"),
    ),
    (
        20,
        "query: paging, limits, undeclared filters",
        (
            "test_the_documented_defaults_and_the_limit",
            "test_the_undeclared_filter_meets_the_documented_text",
            "test_the_declared_fields_are_a_switch",
        ),
    ),
    (21, "a listing that lags", ("test_a_lagging_listing_ends_by_the_wall_or_by_the_virtual_clock",)),
    (22, "list accounts and its refusals", ("test_each_code_is_reached", "test_a_fresh_site_has_its_default_accounts")),
    (
        23,
        "token status; connect URL: cap, once, two hours",
        ("test_the_life_of_a_connection", "test_each_code_is_reached"),
    ),
    (
        24,
        "features and quotas",
        (
            "test_how_an_unmetered_feature_shows_itself",
            "test_the_free_plan",
            "test_a_cancel_gives_the_quota_back_or_not",
        ),
    ),
    (25, "429 on demand, with and without Retry-After", ("test_a_limit_of_requests", "test_any_retry_after")),
    (
        26,
        "HTML, empty 500, 503, a drop after the effect",
        ("test_replies_on_order", "test_a_reset_before_and_after_the_commit"),
    ),
    (27, "TWITTER", ("test_each_cell_is_created_scheduled_and_goes_out",)),
    (28, "external items", ("test_what_a_person_does_in_wix",)),
    (29, "unknown extra fields", ("test_the_normalising_profile",)),
    (30, "media", ("test_a_file_becomes_ready_by_the_virtual_clock", "test_imports", "test_folders_pages_and_search")),
    (31, "bulk publish: 200, each item by itself", ("test_a_bulk_publish_answers_200_and_each_item_by_itself",)),
    (
        32,
        "schedule-drafts leaves out in silence",
        ("test_the_side_door_leaves_out_in_silence_what_it_cannot_schedule",),
    ),
    (33, "the permalink of a published item", ("test_drafts_tell_their_dates_and_published_items_their_address",)),
)


def all_tests() -> set[str]:
    here = Path(__file__).parent
    files = [*here.glob("test_*.py"), *(here.parents[1] / "acceptance" / "emulator").glob("test_*.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_checklist_has_every_row() -> None:
    assert [row for row, _, _ in CHECKLIST] == list(range(1, 34))


@pytest.mark.parametrize(("statement", "tests"), [(statement, tests) for _, statement, tests in CHECKLIST])
def test_every_row_is_held_by_a_test_that_exists(statement: str, tests: tuple[str, ...]) -> None:
    assert tests, statement
    assert set(tests) <= all_tests()
