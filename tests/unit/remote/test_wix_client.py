"""Reads are repeated, writes never; the key is guarded; every failure is one of the promised errors."""

from __future__ import annotations

import base64
import json
import traceback
from dataclasses import replace
from random import Random
from urllib.parse import quote

import pytest
from remote_fakes import ITEM, KEY, LOOPBACK, SITE, FakeClock, Script, client, refusal, reply, violation

from socialsync.errors import Denied, IncompleteRead, ReplyClass, SocialSyncError, Unreachable, UsageError, WriteError
from socialsync.remote.wix import api
from socialsync.remote.wix.client import Client
from socialsync.remote.wix.failures import Refused
from socialsync.remote.wix.replies import Fault, Reply

GOOD = reply({"item": {"id": ITEM, "status": "DRAFT"}})
HTML = Reply(status=200, body=b"<html>", content_type="text/html")


def read(client_: Client) -> object:
    return api.get_item(client_, ITEM)


def write(client_: Client) -> object:
    return api.cancel(client_, ITEM)


@pytest.mark.parametrize(
    "trouble", [Fault.NO_CONNECTION, Fault.LOST, Fault.TIMEOUT, reply({}, 500), reply({}, 503), reply({}, 429)]
)
def test_a_read_is_repeated_until_the_fourth_attempt(trouble: Reply | Fault) -> None:
    script = Script([trouble, trouble, trouble, GOOD])
    assert read(client(script)) == {"id": ITEM, "status": "DRAFT"}
    assert len(script.requests) == 4
    script = Script([trouble] * 5)
    with pytest.raises((Unreachable, IncompleteRead)):
        read(client(script))
    assert len(script.requests) == 4


@pytest.mark.parametrize("trouble", [Fault.TLS, Fault.OVERSIZE, HTML, reply({}, 302), refusal("ITEM_NOT_EXISTS", 404)])
def test_a_read_that_repeating_cannot_help_is_sent_once(trouble: Reply | Fault) -> None:
    script = Script([trouble])
    with pytest.raises(SocialSyncError):
        read(client(script))
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        (Fault.NO_CONNECTION, ReplyClass.NOT_SENT),
        (Fault.TLS, ReplyClass.NOT_SENT),
        (Fault.LOST, ReplyClass.UNKNOWN),
        (reply({}, 503), ReplyClass.UNKNOWN),
        (reply({}, 429), ReplyClass.REJECTED),
        (refusal("ITEM_IS_PUBLISHED", 428), ReplyClass.REJECTED),
        (Reply(status=403, body=b"<html>", content_type="text/html"), ReplyClass.UNKNOWN),
    ],
)
def test_a_write_is_sent_once_and_tells_its_class(trouble: Reply | Fault, expected: ReplyClass) -> None:
    script = Script([trouble])
    with pytest.raises(WriteError) as caught:
        write(client(script))
    assert caught.value.reply is expected
    assert len(script.requests) == 1


def test_no_connection_before_any_reply_is_unreachable_and_after_one_an_incomplete_read() -> None:
    with pytest.raises(Unreachable):
        read(client(Script([Fault.NO_CONNECTION] * 4)))
    talking = client(Script([GOOD] + [Fault.NO_CONNECTION] * 4))
    read(talking)
    with pytest.raises(IncompleteRead):
        read(talking)


def test_a_redirect_is_refused_as_unreachable() -> None:
    with pytest.raises(Unreachable, match="redirect"):
        read(client(Script([reply({}, 307)])))


@pytest.mark.parametrize(("status", "told"), [(401, "key is not accepted"), (403, SITE)])
@pytest.mark.parametrize("action", [read, write])
def test_after_a_denial_nothing_is_sent_any_more(status: int, told: str, action: object) -> None:
    script = Script([reply({"message": "no"}, status), GOOD])
    denied = client(script)
    with pytest.raises(Denied, match=told):
        action(denied)  # type: ignore[operator]
    for again in (read, write):
        with pytest.raises(Denied):
            again(denied)
    assert len(script.requests) == 1


def test_a_denial_of_a_read_is_believed_in_any_form() -> None:
    with pytest.raises(Denied, match="may not work on the site"):
        read(client(Script([Reply(status=403, body=b"<html>", content_type="text/html")])))


def test_the_403_names_the_scope() -> None:
    with pytest.raises(Denied) as caught:
        read(client(Script([reply({}, 403)])))
    assert "SCOPE.PROMOTE.MANAGE-SOCIAL-POSTS" in caught.value.hint


@pytest.mark.parametrize("draw", [0.0, 0.999])
def test_no_luck_makes_all_attempts_fall_into_one_bad_moment(draw: float) -> None:
    class Fixed(Random):
        def random(self) -> float:
            return draw

    clock = FakeClock()
    with pytest.raises(SocialSyncError):
        read(client(Script([Fault.NO_CONNECTION] * 4), clock, random=Fixed()))
    assert len(clock.slept) == 3
    assert 1.7 < sum(clock.slept) <= 3.5


@pytest.mark.parametrize(
    ("retry_after", "waited"),
    [("7", 7.0), ("1000000000", 120.0), ("Tue, 24 Nov 2026 09:00:30 GMT", 30.0), ("0", 0.0)],
)
def test_retry_after_is_obeyed_up_to_two_minutes(retry_after: str, waited: float) -> None:
    clock = FakeClock()
    read(client(Script([reply({}, 429, retry_after), GOOD]), clock))
    assert sum(clock.slept) == pytest.approx(waited)


@pytest.mark.parametrize("retry_after", ["", "-1", "soon", "Tue, 24 Nov 1970 09:00:30 GMT", "1.5"])
def test_a_retry_after_without_sense_counts_as_none(retry_after: str) -> None:
    clock = FakeClock()
    read(client(Script([reply({}, 429, retry_after), GOOD]), clock))
    assert sum(clock.slept) <= 0.5


def test_a_refused_write_holds_the_next_request_back() -> None:
    clock = FakeClock()
    busy = client(Script([reply({}, 429, "30"), GOOD]), clock)
    with pytest.raises(WriteError):
        write(busy)
    assert clock.slept == []
    write(busy)
    assert sum(clock.slept) == pytest.approx(30.0)


def test_after_the_deadline_no_write_is_sent_and_no_read_repeated() -> None:
    clock = FakeClock()
    script = Script([reply({}, 503), GOOD])
    late = client(script, clock, deadline_seconds=60)
    clock.seconds += 61
    with pytest.raises(WriteError) as caught:
        write(late)
    assert (caught.value.reply, caught.value.code) == (ReplyClass.NOT_SENT, "E-DEADLINE")
    assert script.requests == []
    with pytest.raises(IncompleteRead):
        read(late)
    assert len(script.requests) == 1


def test_the_pace_is_held_by_default_and_halved_by_a_bare_429() -> None:
    clock = FakeClock()
    paced = client(Script([GOOD] * 6 + [reply({}, 429)] + [GOOD] * 20), clock, rate_per_minute=6)
    for _ in range(6):
        read(paced)
    assert clock.slept == []
    read(paced)  # a 429, then its repetition at half the pace
    assert clock.seconds >= 1060
    before = clock.seconds
    for _ in range(6):
        read(paced)
    assert clock.seconds - before > 60


@pytest.mark.parametrize(
    "form",
    [KEY, quote(KEY, safe=""), json.dumps(KEY)[1:-1], base64.b64encode(KEY.encode()).decode()],
)
@pytest.mark.parametrize("pad", [0, 290])
def test_a_key_that_the_service_echoes_is_never_shown(form: str, pad: int) -> None:
    echo = refusal("SOME_CODE", 428, "x" * pad + f"Bearer {form} is bad")
    for action, answers in ((write, [echo]), (read, [echo]), (read, [reply({"message": f"bad {form}"}, 401)])):
        with pytest.raises(SocialSyncError) as caught:
            action(client(Script(answers)))
        shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__dict__)
        assert form not in shown
        assert form[:10] not in shown


def test_a_key_that_is_echoed_in_escapes_is_never_shown() -> None:
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in KEY)
    echo = refusal("SOME_CODE", 428, "Bearer KEY is bad")
    echo = replace(echo, body=echo.body.replace(b"KEY", escaped.encode()))
    with pytest.raises(SocialSyncError) as caught:
        write(client(Script([echo])))
    assert KEY not in caught.value.message
    assert "Bearer *** is bad" in caught.value.message


def test_neither_client_nor_request_shows_the_key() -> None:
    script = Script([GOOD])
    talking = client(script)
    read(talking)
    assert script.requests[0].headers["Authorization"] == KEY
    assert KEY not in repr(talking)
    assert KEY not in repr(script.requests[0])


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "tab\t", "ümlaut", "key\n"])
def test_a_key_that_cannot_be_one_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(Denied) as caught:
        client(Script([]), key=key)
    assert not key or key not in caught.value.message


@pytest.mark.parametrize("site_id", ["", "acme", f"{SITE}\n", f"{SITE[:-1]}g"])
def test_a_site_id_that_is_none_is_refused(site_id: str) -> None:
    with pytest.raises(UsageError):
        client(Script([]), site_id=site_id)


def test_a_refused_read_carries_the_application_code() -> None:
    with pytest.raises(Refused) as caught:
        read(client(Script([refusal("ITEM_NOT_EXISTS", 404)])))
    assert (caught.value.application_code, caught.value.http_status) == ("ITEM_NOT_EXISTS", 404)
    with pytest.raises(Refused, match="is wrong"):
        read(client(Script([violation("x", "is wrong")])))


def test_an_upload_goes_without_the_key_and_only_to_hosts_of_the_service() -> None:
    file = {"file": {"id": "f", "operationStatus": "READY"}}
    script = Script([reply(file)])
    api.put_file(client(script), "a.png", "https://upload.wixmp.com/u", chunks=iter([b"ab"]), size=2, mime="image/png")
    assert script.requests[0].headers == {"Content-Type": "image/png", "Content-Length": "2"}
    for url in (
        "https://evil.example/u",
        "http://upload.wixmp.com/u",
        "https://wixmp.com.evil.example/",
        f"{LOOPBACK}/u",
    ):
        with pytest.raises(WriteError) as caught:
            api.put_file(client(Script([])), "a.png", url, chunks=iter([b"ab"]), size=2, mime="image/png")
        assert caught.value.reply is ReplyClass.NOT_SENT


def test_an_upload_that_is_refused_says_nothing_about_the_key() -> None:
    script = Script([reply({}, 403), GOOD])
    talking = client(script)
    with pytest.raises(WriteError):
        api.put_file(talking, "a.png", "https://upload.wixmp.com/u", chunks=iter([b"ab"]), size=2, mime="image/png")
    read(talking)
