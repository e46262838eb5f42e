"""What is sent comes back as what was meant, in every cell, however the service words it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from remote_fakes import ITEM, intent

from socialsync import cells as cells_module
from socialsync.canonical import canonical_text, content_fields
from socialsync.cells import Cell
from socialsync.model.accounts import AccountInfo
from socialsync.model.intents import Content, MediaKind, MediaRef
from socialsync.model.items import RemoteMedia, Status
from socialsync.remote.wix.codec import decode, decode_instant, encode, encode_instant, encode_update, file_id_of

CELLS = cells_module.packaged()
FIXTURES = Path(__file__).parents[2] / "fixtures" / "wix"

ref_numbers = st.integers(0, 9)


def media_ref(kind: MediaKind, number: int, at_wix: bool) -> MediaRef:
    if at_wix:
        return MediaRef(kind=kind, file_id=file_id(kind, 100 + number))
    return MediaRef(kind=kind, digest=f"{number}{'ab' * 31}{kind.value[0].encode().hex()[:1]}", path=f"{number}.x")


def file_id(kind: MediaKind, number: int) -> str:
    return f"3fa1c2_{number:04}~mv2.jpg" if kind is MediaKind.IMAGE else f"3fa1c2_{number:04}"


def remote(ref: MediaRef) -> RemoteMedia:
    id_ = ref.file_id or file_id(ref.kind, int(ref.digest[0]))
    host = "static.wixstatic.com/media" if ref.kind is MediaKind.IMAGE else "video.wixstatic.com/video"
    tail = "" if ref.kind is MediaKind.IMAGE else "/1080p/mp4/file.mp4"
    return RemoteMedia(digest=ref.digest, file_id=id_, url=f"https://{host}/{id_}{tail}")


def contents(cell: Cell) -> st.SearchStrategy[Content]:
    wire = cell.wire
    text = st.text(max_size=40).map(canonical_text)
    links = st.sampled_from(["", "https://example.com/a?b=1&c=%C3%A4#x", "https://example.org/ü"])
    kinds = [MediaKind.IMAGE] if wire.media.image or wire.media.wrapper else []
    kinds += [MediaKind.VIDEO] if wire.media.video or wire.media.wrapper else []
    most = 4 if wire.media.wrapper else 1
    refs = st.builds(media_ref, st.sampled_from(kinds), ref_numbers, st.booleans()) if kinds else st.nothing()
    extras = {
        name: st.sampled_from(sorted(field.values)) if field.values else text.filter(bool)
        for name, field in wire.fields.items()
    }
    return st.builds(
        Content,
        text=text if wire.text else st.just(""),
        title=text if wire.title else st.just(""),
        link=links if wire.link else st.just(""),
        media=st.lists(refs, max_size=most).map(tuple) if kinds else st.just(()),
        extras=st.fixed_dictionaries({}, optional=extras).map(lambda chosen: tuple(sorted(chosen.items()))),
    )


accounts = st.builds(
    AccountInfo,
    channel=st.just("any"),
    account_id=st.sampled_from(["17840000000000001", "urn:li:organization:90411822", "4455"]),
    second_id=st.sampled_from(["700800900", "99887766"]),
)


def normalised(item: dict[str, Any], cell: Cell, draw: Callable[[Any], Any]) -> dict[str, Any]:
    """The item as a service may word it: other Unicode form, blanks, rewritten addresses, ids, nulls, new fields."""
    content = item[cell.wire.content]
    for name, value in list(content.items()):
        if isinstance(value, str) and value.startswith("https://static.wixstatic.com/media/"):
            last = value.rsplit("/", 1)[-1]
            rewrites = [value, f"{value}/v1/fill/w_1000,h_1000/{last}", value.replace("~", "%7E"), f"{value}?token=x/y"]
            content[name] = draw(st.sampled_from(rewrites))
        elif name in (cell.wire.text, cell.wire.title):
            value = draw(st.sampled_from([value, unicodedata.normalize("NFD", value)]))
            content[name] = draw(st.sampled_from([value, f" {value}\n", value.replace("\n", "\r\n")]))
    for entry in content.get("mediaWrapper", {}).get("media", []):
        if draw(st.booleans()):
            entry["url"] = entry["url"].replace("~", "%7E") + "?v=2"
        if draw(st.booleans()):
            del entry["fileId"]
        entry["thumbnail"] = None
    content["somethingNew"] = {"a": [1]}
    item["draftInfo"] = {"createdDate": "2026-11-24T09:00:00.000Z"}
    item["publicationError"] = None
    item["anotherContent"] = None
    item["channel"]["publishingTarget"] = None
    return item


@pytest.mark.parametrize("cell", list(CELLS), ids=lambda cell: cell.name)
@given(data=st.data())
@settings(derandomize=True, deadline=None, max_examples=60)
def test_decode_of_encode_is_what_was_meant(cell: Cell, data: st.DataObject) -> None:
    content = data.draw(contents(cell))
    account = data.draw(accounts)
    meant = intent(cell, content)
    media = {ref.token: remote(ref) for ref in content.media}
    digests = {entry.file_id: entry.digest for entry in media.values()}
    sent = json.loads(json.dumps(encode(meant, cell, account, media)))
    shown = normalised({**sent, "id": ITEM, "status": "DRAFT"}, cell, data.draw)
    item = decode(shown, CELLS, lambda file_id: digests.get(file_id, ""))
    assert (item.id, item.key, item.status, item.cell) == (ITEM, meant.key, Status.DRAFT, cell.name)
    assert item.fields == content_fields(content)
    assert item.account_id == account.account_id
    assert item.second_id == (account.second_id if "second" in cell.wire.account.sends.values() else "")
    assert (item.at, item.external, item.error) == (None, False, "")


@pytest.mark.parametrize("cell", list(CELLS), ids=lambda cell: cell.name)
@given(data=st.data())
@settings(derandomize=True, deadline=None, max_examples=60)
def test_an_update_leads_to_the_new_content_under_every_reading_of_merge(cell: Cell, data: st.DataObject) -> None:
    old, new = data.draw(contents(cell)), data.draw(contents(cell))
    account = data.draw(accounts)
    media = {ref.token: remote(ref) for ref in old.media + new.media}
    digests = {entry.file_id: entry.digest for entry in media.values()}

    def read(stored: dict[str, Any]) -> Any:
        return decode(stored, CELLS, lambda file_id: digests.get(file_id, ""))

    before = {**encode(intent(cell, old), cell, account, media), "id": ITEM, "status": "SCHEDULED"}
    sent = encode_update(read(before), intent(cell, new), cell, account, media)
    assert set(sent) == {cell.wire.content}, "neither date, key, channel nor type is touched"
    whole = {**before, **sent}
    leaves = {**before, cell.wire.content: {**before[cell.wire.content], **sent[cell.wire.content]}}
    for after in (whole, leaves):
        assert read(after).fields == content_fields(new)
        kept = [name for name in ("image", "video", "wrapper") if after[cell.wire.content].get(_media(cell, name))]
        assert len(kept) == bool(new.media), "one field carries the media, the others are cleared"


def _media(cell: Cell, slot: str) -> str:
    return str(getattr(cell.wire.media, slot))


def test_the_example_bodies_of_the_reference_are_read() -> None:
    for data in json.loads((FIXTURES / "items.json").read_text(encoding="utf-8")):
        item = decode({**data, "id": ITEM, "status": "DRAFT"}, CELLS, lambda _: "")
        assert item.cell, data
        assert item.account_id == data["channel"]["accountId"]
        assert item.fields, data


def test_the_examples_in_detail() -> None:
    examples = {
        next(name for name in data if name not in ("channel", "type")): data
        for data in json.loads((FIXTURES / "items.json").read_text(encoding="utf-8"))
    }
    pin = decode({**examples["pinterestPost"], "id": ITEM, "status": "DRAFT"}, CELLS, lambda _: "")
    assert (pin.account_id, pin.second_id) == ("4455", "99887766")
    assert pin.fields == {
        "title": "Krug",
        "text": "Handgedreht",
        "link": "https://example.org/krug",
        "media": ("wix:3fa1c2_k.jpg",),
    }
    gbp = decode({**examples["gbpPost"], "id": ITEM, "status": "DRAFT"}, CELLS, lambda _: "")
    assert gbp.fields["call_to_action"] == "learn_more"
    photo = decode({**examples["tiktokPhoto"], "id": ITEM, "status": "DRAFT"}, CELLS, lambda _: "d1")
    assert photo.fields["privacy"] == "public"
    assert photo.fields["media"] == ("sha256:d1",)


def item_json(**changes: Any) -> dict[str, Any]:
    return {
        "id": ITEM,
        "status": "PUBLISHED",
        "channel": {"name": "LINKEDIN", "accountId": 90411822},
        "type": "POST",
        "linkedinPost": {"caption": "x"},
        **changes,
    }


def read(**changes: Any) -> Any:
    return decode(item_json(**changes), CELLS, lambda _: "")


@pytest.mark.parametrize(
    ("status", "expected"),
    [(status.value, status) for status in Status] + [("BRAND_NEW", Status.OTHER), ("draft", Status.OTHER)],
)
def test_a_status_that_is_not_known_is_other(status: str, expected: Status) -> None:
    assert read(status=status).status is expected


@pytest.mark.parametrize(
    ("changes", "cell"),
    [
        ({"type": "STORY"}, ""),
        ({"channel": {"name": "MASTODON"}}, ""),
        ({"channel": None}, ""),
        ({"linkedinPost": None}, ""),
        ({"facebookPost": {"caption": "y"}}, "linkedin/post"),
    ],
)
def test_what_no_cell_describes_has_no_fields(changes: dict[str, Any], cell: str) -> None:
    item = read(**changes)
    assert item.cell == cell
    assert item.fields == ({"text": "x"} if cell else {})


def test_numbers_are_read_as_text_and_strange_members_do_no_harm() -> None:
    item = read(referenceId=None, external="yes", schedulingInfo="soon", linkedinPost={"caption": 7, "mediaWrapper": 3})
    assert (item.account_id, item.key, item.external, item.at) == ("90411822", "", False, None)
    assert item.fields == {"text": "7"}


def test_a_lone_surrogate_can_be_written_anywhere_afterwards() -> None:
    item = read(linkedinPost=json.loads('{"caption": "a\\ud83dz"}'))
    assert item.fields["text"].encode() == b"a?z"


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (None, ""),
        ("plain\ntext", "plain text"),
        ({"code": "X", "description": "/author :: field is required"}, "X: /author :: field is required"),
        ({"message": "same", "description": "same"}, "same"),
        ({"strange": 1}, '{"strange": 1}'),
        ({}, ""),
    ],
)
def test_the_error_of_a_publication_is_one_line(error: Any, line: str) -> None:
    assert read(publicationError=error).error == line


@pytest.mark.parametrize(
    ("changes", "permalink"),
    [
        ({"channel": {"name": "LINKEDIN", "externalItemUrl": "https://l.example/1"}}, "https://l.example/1"),
        ({"externalItemUrl": "https://l.example/2"}, "https://l.example/2"),
        ({"externalItemUrl": "javascript:alert(1)"}, ""),
        ({"externalItemUrl": "https://a b"}, ""),
        ({"externalItemUrl": None}, ""),
        (
            {
                "channel": {"name": "FACEBOOK", "accountId": "1"},
                "linkedinPost": None,
                "facebookPost": {"postUrl": "https://f.example/3"},
            },
            "https://f.example/3",
        ),
        (
            {
                "channel": {"name": "FACEBOOK", "accountId": "1"},
                "linkedinPost": None,
                "facebookPost": {"postUrl": "https://static.wixstatic.com/media/a.jpg"},
            },
            "",
        ),
    ],
)
def test_the_permalink_is_found_where_it_may_stand(changes: dict[str, Any], permalink: str) -> None:
    assert read(**changes).permalink == permalink


EIGHT = datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-12-01T08:00:00Z", EIGHT),
        ("2026-12-01T08:00:00.000Z", EIGHT),
        ("2026-12-01T08:00:00.999999Z", EIGHT),
        ("2026-12-01T09:00:00+01:00", EIGHT),
        ("2026-12-01T08:00:00", EIGHT),
        ("soon", None),
        ("", None),
        ("0001-01-01T00:00:00+14:00", None),
        (None, None),
        (1796112000000, None),
    ],
)
def test_dates_are_read_in_every_form(text: Any, instant: datetime | None) -> None:
    assert decode_instant(text) == instant
    assert read(schedulingInfo={"scheduledDate": text}).at == instant


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    st.integers(-14 * 60, 14 * 60),
)
@settings(derandomize=True)
def test_an_instant_survives_the_way_there_and_back(moment: datetime, minutes: int) -> None:
    instant = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert decode_instant(encode_instant(instant)) == instant
    assert encode_instant(instant).endswith(".000Z")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://static.wixstatic.com/media/3fa1c2_a~mv2.jpg", "3fa1c2_a~mv2.jpg"),
        ("https://static.wixstatic.com/media/3fa1c2_a~mv2.jpg/v1/fill/w_1,h_1/3fa1c2_a~mv2.jpg", "3fa1c2_a~mv2.jpg"),
        ("https://static.wixstatic.com/media/3fa1c2_a%7Emv2.jpg?x=/media/other", "3fa1c2_a~mv2.jpg"),
        ("https://video.wixstatic.com/video/3fa1c2_b/1080p/mp4/file.mp4", "3fa1c2_b"),
        ("https://video.wixstatic.com/video/3fa1c2_b/720p/mp4/file.mp4#t", "3fa1c2_b"),
        ("https://example.com/picture.jpg", ""),
        ("https://[broken", ""),
        ("", ""),
    ],
)
def test_the_file_id_is_found_in_every_form_of_an_address(url: str, expected: str) -> None:
    assert file_id_of(url) == expected


def test_a_foreign_address_stands_for_itself() -> None:
    item = read(linkedinPost={"mediaWrapper": {"media": [{"type": "IMAGE", "url": "https://example.com/p.jpg"}, 7]}})
    assert item.fields["media"] == ("wix:https://example.com/p.jpg",)
