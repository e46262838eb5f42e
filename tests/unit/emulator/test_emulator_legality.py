"""The legality matrix of the API reference, section 4.1: every operation on every status."""

import pytest
from emulator_api import Api

# allow, or the status and code that the reference gives or guesses.
MATRIX = {
    "update": {
        "DRAFT": "allow",
        "SCHEDULED": "allow",
        "IN_QUEUE": "400 ITEM_CANNOT_BE_UPDATED",
        "PROCESSING": "400 ITEM_CANNOT_BE_UPDATED",
        "PUBLISHED": "400 ITEM_CANNOT_BE_UPDATED",
        "FAILED": "allow",
        "CANCELED": "allow",
        "DELETED": "404 ITEM_NOT_EXISTS",
    },
    "publish": {
        "DRAFT": "allow",
        "SCHEDULED": "allow",
        "IN_QUEUE": "428 ITEM_IS_PROCESSING",
        "PROCESSING": "428 ITEM_IS_PROCESSING",
        "PUBLISHED": "428 ITEM_IS_PUBLISHED",
        "FAILED": "428 ITEM_HAS_FAILED",
        "CANCELED": "428 ITEM_IS_CANCELED",
        "DELETED": "428 ITEM_IS_DELETED",
    },
    "publish dated": {
        "DRAFT": "allow",
        "SCHEDULED": "allow",
        "IN_QUEUE": "428 ITEM_IS_PROCESSING",
        "PROCESSING": "428 ITEM_IS_PROCESSING",
        "PUBLISHED": "428 ITEM_IS_PUBLISHED",
        "FAILED": "428 ITEM_HAS_FAILED",
        "CANCELED": "428 ITEM_IS_CANCELED",
        "DELETED": "428 ITEM_IS_DELETED",
    },
    "reschedule": {
        "DRAFT": "428 ITEM_IS_NOT_SCHEDULED",
        "SCHEDULED": "allow",
        "IN_QUEUE": "428 ITEM_IS_PUBLISHED",
        "PROCESSING": "428 ITEM_IS_PUBLISHED",
        "PUBLISHED": "428 ITEM_IS_PUBLISHED",
        "FAILED": "428 ITEM_IS_NOT_SCHEDULED",
        "CANCELED": "428 ITEM_IS_NOT_SCHEDULED",
        "DELETED": "428 ITEM_IS_DELETED",
    },
    "cancel": {
        "DRAFT": "428 ITEM_IS_NOT_SCHEDULED",
        "SCHEDULED": "allow",
        "IN_QUEUE": "428 ITEM_IS_PUBLISHED",
        "PROCESSING": "428 ITEM_IS_PUBLISHED",
        "PUBLISHED": "428 ITEM_IS_PUBLISHED",
        "FAILED": "428 ITEM_IS_NOT_SCHEDULED",
        "CANCELED": "409 ITEM_ALREADY_CANCELED",
        "DELETED": "428 ITEM_IS_DELETED",
    },
    "delete": {
        "DRAFT": "allow",
        "SCHEDULED": "allow",
        "IN_QUEUE": "428 ITEM_IS_PROCESSING",
        "PROCESSING": "428 ITEM_IS_PROCESSING",
        "PUBLISHED": "allow",
        "FAILED": "allow",
        "CANCELED": "allow",
        "DELETED": "428 ITEM_IS_DELETED",
    },
}
# What an allowed operation leaves the item in; None: as it was.
LEAVES = {
    "update": None,
    "publish": "PUBLISHED",
    "publish dated": "SCHEDULED",
    "reschedule": "SCHEDULED",
    "cancel": "CANCELED",
    "delete": "DELETED",
}
LATER = "2027-03-01T08:00:00Z"


def request_for(operation: str, item: str) -> tuple[str, str, object]:
    return {
        "update": ("PATCH", f"/items/{item}", {"item": {"id": item, "linkedinPost": {"caption": "Neu"}}}),
        "publish": ("POST", "/publish-by-id", {"id": item}),
        "publish dated": ("POST", "/publish-by-id", {"id": item, "scheduledDate": LATER}),
        "reschedule": ("POST", f"/items/{item}/reschedule", {"scheduledDate": LATER}),
        "cancel": ("PATCH", f"/items/{item}/cancel", {}),
        "delete": ("DELETE", f"/items/{item}", None),
    }[operation]


@pytest.mark.parametrize(("operation", "status"), [(op, status) for op, row in MATRIX.items() for status in row])
def test_each_operation_on_each_status(api: Api, operation: str, status: str) -> None:
    item = api.with_status(status)
    assert api.status_of(item) == status
    public = len(api.feed())
    api.set(in_queue_seconds=0, processing_seconds=0, publish_outcome={"*": "PUBLISHED"})
    method, path, body = request_for(operation, item)
    got = api(method, path, body)
    entry = api.log()[-1]
    expected = MATRIX[operation][status]
    if expected == "allow":
        assert got.status == 200, got.content
        assert api.status_of(item) == (LEAVES[operation] or status)
        assert entry["committed"] is True
        assert len(api.feed()) - public == (operation == "publish")
    else:
        assert f"{got.status} {got.code}" == expected
        assert api.status_of(item) == status
        assert entry["committed"] is False
        assert len(api.feed()) == public


@pytest.mark.parametrize(
    ("operation", "outcome"),
    [("update", "404"), ("publish", "404"), ("reschedule", "404"), ("cancel", "404"), ("delete", "404")],
)
def test_an_unknown_id(api: Api, operation: str, outcome: str) -> None:
    method, path, body = request_for(operation, "00000000-0000-4000-8000-000000000000")
    got = api(method, path, body)
    assert (str(got.status), got.code) == (outcome, "ITEM_NOT_EXISTS")


@pytest.mark.parametrize(
    ("switch", "value", "operation", "status", "expected"),
    [
        ("update_on", {"PUBLISHED": "allow"}, "update", "PUBLISHED", "allow"),
        (
            "publish_by_id_on",
            {"PUBLISHED": "409 REFERENCE_ID_ALREADY_EXIST"},
            "publish",
            "PUBLISHED",
            "409 REFERENCE_ID_ALREADY_EXIST",
        ),
        ("publish_by_id_on", {"PUBLISHED": "allow"}, "publish", "PUBLISHED", "allow"),
        ("cancel_on", {"CANCELED": "428 ITEM_IS_NOT_SCHEDULED"}, "cancel", "CANCELED", "428 ITEM_IS_NOT_SCHEDULED"),
        ("unknown_id_on_cancel", "409 ITEM_NOT_EXISTS", "cancel", None, "409 ITEM_NOT_EXISTS"),
        ("unknown_id_on_publish", "428 ITEM_NOT_EXISTS", "publish", None, "428 ITEM_NOT_EXISTS"),
    ],
)
def test_a_switch_changes_a_cell(
    api: Api, switch: str, value: object, operation: str, status: str | None, expected: str
) -> None:
    item = api.with_status(status) if status else "00000000-0000-4000-8000-000000000000"
    api.set(**{switch: value})
    method, path, body = request_for(operation, item)
    got = api(method, path, body)
    assert expected == ("allow" if got.status == 200 else f"{got.status} {got.code}")
