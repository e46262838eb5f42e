"""The key goes to the service's own https origin or to this machine, wherever the address comes from."""

from __future__ import annotations

import pytest

from socialsync.errors import UsageError
from socialsync.remote.wix.origin import SERVICE, checked_origin, may_upload_to


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        (SERVICE, SERVICE),
        (f"{SERVICE}/", SERVICE),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.9.9.9:80/", "http://127.9.9.9:80"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://localhost:1", "http://localhost:1"),
    ],
)
def test_allowed(given: str, origin: str) -> None:
    assert checked_origin(given) == origin


@pytest.mark.parametrize(
    "given",
    [
        "",
        "http://www.wixapis.com",
        "https://www.wixapis.com:8443",
        "https://www.wixapis.com.evil.example",
        "https://evil.example",
        "https://www.wixapis.com@evil.example",
        "http://127.0.0.1@evil.example",
        "http://user:pw@127.0.0.1",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1:8080/path",
        "http://127.0.0.1?x=1",
        "http://127.0.0.1:port",
        "http://[::1",
        "http://10.0.0.1",
        "https://127.0.0.1",
        "ftp://127.0.0.1",
        "http://127.0.0.1\\@evil.example",
        "http://127.0.0.1 .evil.example",
    ],
)
def test_refused(given: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked_origin(given)
    assert caught.value.code == "E-ORIGIN"


@pytest.mark.parametrize(
    ("url", "origin", "allowed"),
    [
        ("https://upload.wixmp.com/upload/x", SERVICE, True),
        ("https://www.wixapis.com/u", SERVICE, True),
        ("https://upload.wixmp.com.evil.example/", SERVICE, False),
        ("https://evilwixmp.com/", SERVICE, False),
        ("https://u@upload.wixmp.com/", SERVICE, False),
        ("http://127.0.0.1:1/u", SERVICE, False),
        ("http://127.0.0.1:2/u", "http://127.0.0.1:1", True),
        ("https://upload.wixmp.com/u", "http://127.0.0.1:1", False),
        ("https://[broken", SERVICE, False),
    ],
)
def test_uploads(url: str, origin: str, allowed: bool) -> None:
    assert may_upload_to(url, origin=origin) is allowed
