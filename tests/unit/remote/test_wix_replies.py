"""Every reply falls into exactly one class; what is not plainly one of the others is UNKNOWN."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from remote_fakes import refusal, reply, violation

from socialsync.errors import ReplyClass
from socialsync.remote.wix.refusals import REFUSALS
from socialsync.remote.wix.replies import Fault, Reply, classify, one_line, parse

NOT_SENT, REJECTED, DONE, UNKNOWN = ReplyClass.NOT_SENT, ReplyClass.REJECTED, ReplyClass.DONE, ReplyClass.UNKNOWN
HTML = b"<!doctype html><html><body>Sorry</body></html>"


def has_item(data: dict[str, object]) -> bool:
    return "item" in data


@pytest.mark.parametrize(
    ("given_", "expected", "transient"),
    [
        (Fault.NO_CONNECTION, NOT_SENT, True),
        (Fault.TLS, NOT_SENT, False),
        (Fault.LOST, UNKNOWN, True),
        (Fault.TIMEOUT, UNKNOWN, True),
        (Fault.OVERSIZE, UNKNOWN, False),
        (Fault.ENCODING, UNKNOWN, False),
        (reply({"item": {}}), DONE, False),
        (reply({"other": {}}), UNKNOWN, False),
        (reply([]), UNKNOWN, False),
        (reply(b""), UNKNOWN, False),
        (reply(b'{"item": {'), UNKNOWN, False),
        (reply(b'{"item": NaN}'), UNKNOWN, False),
        (reply(b'{"item": {}, "item": {}}'), UNKNOWN, False),
        (reply(b"\xff\xfe"), UNKNOWN, False),
        (reply(HTML), UNKNOWN, False),
        (Reply(status=200, body=b'{"item": {}}', content_type="text/HTML; charset=utf-8"), UNKNOWN, False),
        (Reply(status=428, body=HTML, content_type="text/html"), UNKNOWN, False),
        (Reply(status=400, body=HTML, content_type="text/html"), UNKNOWN, False),
        (reply({"item": {}}, 199), UNKNOWN, False),
        (reply({"item": {}}, 201), DONE, False),
        (reply({"item": {}}, 299), DONE, False),
        (reply({"item": {}}, 300), UNKNOWN, False),
        (reply({"item": {}}, 301), UNKNOWN, False),
        (reply({"item": {}}, 307), UNKNOWN, False),
        (reply({}, 500), UNKNOWN, True),
        (refusal("ITEM_NOT_EXISTS", 500), UNKNOWN, True),
        (Reply(status=502, body=HTML, content_type="text/html"), UNKNOWN, True),
        (reply({}, 503), UNKNOWN, True),
        (reply({}, 504), UNKNOWN, True),
        (refusal("ITEM_NOT_EXISTS", 404), REJECTED, False),
        (refusal("ITEM_NOT_EXISTS", 409), REJECTED, False),
        (refusal("REFERENCE_ID_ALREADY_EXIST", 409), REJECTED, False),
        (refusal("SOME_CONFLICT", 409), UNKNOWN, False),
        (refusal("SOME_CODE_OF_A_CHANNEL", 428), REJECTED, False),
        (refusal("SOME_ARGUMENT", 400), REJECTED, False),
        (refusal("no code", 400), UNKNOWN, False),
        (refusal("SOME_CODE", 418), UNKNOWN, False),
        (reply({"message": "m", "details": {"applicationError": {"code": 7}}}, 400), UNKNOWN, False),
        (reply({"message": "Failed to parse request message"}, 400), UNKNOWN, False),
        (reply({"details": "text"}, 404), UNKNOWN, False),
        (violation("item.channel.accountId", "must not be empty"), REJECTED, False),
        (reply({"details": {"validationError": {"fieldViolations": []}}}, 400), REJECTED, False),
        (reply({}, 401), REJECTED, False),
        (reply({"message": "no"}, 403), REJECTED, False),
        (Reply(status=401, body=HTML, content_type="text/html"), UNKNOWN, False),
        (reply({}, 429), REJECTED, True),
        (Reply(status=429, body=HTML, content_type="text/html"), UNKNOWN, True),
        (reply({}, 404), UNKNOWN, False),
    ],
)
def test_each_reply_has_its_class(given_: Reply | Fault, expected: ReplyClass, transient: bool) -> None:
    verdict = classify(given_, has_item)
    assert (verdict.reply, verdict.transient) == (expected, transient)
    assert bool(verdict.data) == (expected is DONE)
    assert expected is DONE or expected is REJECTED or verdict.detail


@pytest.mark.parametrize("code", sorted(REFUSALS))
@pytest.mark.parametrize("status", [400, 404, 409, 428])
def test_a_code_of_the_service_is_a_refusal_whatever_its_status(code: str, status: int) -> None:
    verdict = classify(refusal(code, status), has_item)
    assert (verdict.reply, verdict.code, verdict.status) == (REJECTED, code, status)


@given(
    st.integers(100, 599),
    st.one_of(
        st.binary(max_size=40),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["item", "message", "details", "applicationError", "code"]), inner)
            ),
            max_leaves=8,
        ).map(lambda data: json.dumps(data).encode()),
    ),
)
@settings(derandomize=True)
def test_only_a_2xx_of_the_right_shape_is_done_and_5xx_is_always_unknown(status: int, body: bytes) -> None:
    verdict = classify(Reply(status=status, body=body), has_item)
    data = parse(body)
    if verdict.reply is DONE:
        assert 200 <= status < 300
        assert data is not None
        assert "item" in data
    if status >= 500 or data is None or 300 <= status < 400:
        assert verdict.reply is UNKNOWN


def test_absurd_nesting_is_no_data() -> None:
    assert parse(b'{"a":' * 200_000 + b"1" + b"}" * 200_000) is None


def test_the_violations_are_told_together() -> None:
    violations = [{"field": "a", "description": "is bad", "violatedRule": []}, 7, {"field": "b", "description": "too"}]
    verdict = classify(reply({"details": {"validationError": {"fieldViolations": violations}}}, 400), has_item)
    assert verdict.detail == "a: is bad; b: too"


TOLD = {
    # what is known besides the class: status, application code, detail
    "done": (reply({"item": {}}), (200, "", "")),
    "refused": (refusal("ITEM_NOT_EXISTS", 404), (404, "ITEM_NOT_EXISTS", "told")),
    "refused without a description": (refusal("ITEM_NOT_EXISTS", 404, ""), (404, "ITEM_NOT_EXISTS", "m")),
    "refused without a word": (
        reply({"details": {"applicationError": {"code": "ITEM_NOT_EXISTS"}}}, 404),
        (404, "ITEM_NOT_EXISTS", ""),
    ),
    "a code that is none": (
        reply({"message": "m", "details": {"applicationError": {"code": 7}}}, 400),
        (400, "", "HTTP 400: m"),
    ),
    "no right": (reply({"message": "no"}, 403), (403, "", "no")),
    "a broken service": (refusal("ITEM_NOT_EXISTS", 500), (500, "ITEM_NOT_EXISTS", "HTTP 500: told")),
    "without a word": (reply({}, 503), (503, "", "HTTP 503: no explanation")),
    "a field": (violation("a", "is bad"), (400, "", "a: is bad")),
    "violations that say nothing": (
        reply({"message": "m", "details": {"validationError": {"fieldViolations": []}}}, 400),
        (400, "", "m"),
    ),
    "a page": (
        Reply(status=502, body=HTML, content_type="text/html"),
        (502, "", "HTTP 502: a web page instead of data"),
    ),
    "no data": (reply(b"x"), (200, "", "HTTP 200: something that is not the service's data")),
    "another form": (reply({"other": {}}), (200, "", "HTTP 200: data of an unexpected form")),
    "never sent": (Fault.NO_CONNECTION, (0, "", Fault.NO_CONNECTION.value)),
}


@pytest.mark.parametrize(("given_", "expected"), TOLD.values(), ids=TOLD)
def test_what_is_told_of_a_reply(given_: Reply | Fault, expected: tuple[int, str, str]) -> None:
    verdict = classify(given_, has_item)
    assert (verdict.status, verdict.code, verdict.detail) == expected


def test_a_reply_that_names_no_type_and_no_pause() -> None:
    bare = Reply(status=200, body=b"{}")
    assert (bare.content_type, bare.retry_after) == ("", "")


@pytest.mark.parametrize("rule", sorted(REFUSALS))
def test_a_refusal_told_as_the_rule_of_a_field(rule: str) -> None:
    violations = [{"field": "a", "description": "b", "violatedRule": one} for one in ("ANOTHER", rule)]
    verdict = classify(reply({"details": {"validationError": {"fieldViolations": violations}}}, 400), has_item)
    assert (verdict.reply, verdict.code) == (REJECTED, rule)


@pytest.mark.parametrize(("status", "named"), [(299, False), (300, True), (302, True), (399, True), (400, False)])
def test_a_redirect_is_named(status: int, *, named: bool) -> None:
    assert ("redirect" in classify(reply({}, status), has_item).detail) is named


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("a\n::error::b", "a ::error::b"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("\ud800x", "?x"),
        ("a\u202eb", "a b"),
        ("x" * 300, "x" * 300),
        ("x" * 301, "x" * 299 + "…"),
        ("x" * 400, "x" * 299 + "…"),
        (7, "7"),
    ],
)
def test_text_from_outside_becomes_one_printable_line(text: str, line: str) -> None:
    assert one_line(text) == line
