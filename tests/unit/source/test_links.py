"""Web addresses: what can be judged by reading passes, what misleads does not."""

from __future__ import annotations

import pytest

from socialsync.source import links


@pytest.mark.parametrize(
    "link",
    [
        *(
            "https://example.com",
            "https://example.com/a?b=c#d",
            "http://shop.example.com:8080/x",
            "https://müller.de/ä",
        ),
        *("https://EXAMPLE.com/", "https://пример.рф/", "https://xn--mller-kva.de/", "https://example.com/a@b"),
    ],
)
def test_honest_addresses(link: str) -> None:
    assert links.complaint(link) is None


@pytest.mark.parametrize(
    "link",
    [
        *(
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://example.com",
            "//example.com",
            "example.com",
            "https://",
            "",
        ),
        *("https://wix.com@evil.example/", "https://a:b@example.com", "https://example.com\\@evil.example"),
        *("https://exa mple.com", "https://example.com/a b", "https://example.com/\nx", "https://ex%61mple.com/"),
        *("https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://[::1]/"),
        *(
            "https://localhost/",
            "https://аpple.com/",
            "https://gооgle.com/",
            "https://example.com:99999/",
            "https://[x/",
        ),
    ],
)
def test_addresses_that_mislead(link: str) -> None:
    complaint = links.complaint(link)
    assert complaint is not None
    assert all(complaint)
