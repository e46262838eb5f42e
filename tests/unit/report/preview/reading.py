"""Reads pages as a browser would, and says what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "img", "input"})
_TAGS = (
    "html head title script body a svg symbol path use header footer main nav section article div p span b h1 h2 h3 h4"
    " ul ol li dl dt dd form fieldset legend label details summary time code pre del ins video"
)
TAGS = VOID | frozenset(_TAGS.split())
_ATTRIBUTES = (
    "lang charset http-equiv content name rel href src defer class id tabindex aria-hidden aria-label aria-labelledby"
    " aria-current focusable viewbox d autocomplete type checked data-f data-has alt loading width height controls"
    " preload playsinline role title dir"
)
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
PAGE = re.compile(r"(?:[a-z0-9-]+\.html)?(?:#[a-z0-9.-]+)?")
FILE = re.compile(r"media/[0-9a-f]{24}\.(?:jpg|png|gif|webp|mp4|mov)(?:#t=0\.1)?")
WEB = re.compile(r"https?://[^\s\"'<>`\\]+")


class Reader(HTMLParser):
    """One page: its links, ids, text, and every complaint about it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.complaints: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.headings: list[int] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        if self._open:
            self.complaints.append(f"left open: {self._open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.complaints.append(f"<{tag}>")
        if tag not in VOID:
            self._open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names) or not set(names) <= ATTRIBUTES:
            self.complaints.append(f"<{tag} {names}>")
        given = dict(attrs)
        self._judge(tag, {name: value or "" for name, value in given.items()})

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.complaints.append(f"</{tag}> closes nothing")

    def handle_comment(self, data: str) -> None:
        self.complaints.append(f"comment {data!r}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def _judge(self, tag: str, given: Mapping[str, str]) -> None:
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "script" and given != {"src": "preview.js", "defer": ""}:
            self.complaints.append(f"script {given}")
        if tag == "link" and given.get("href") != "style.css":
            self.complaints.append(f"link {given}")
        if tag == "img" and "alt" not in given:
            self.complaints.append("a picture without alt")
        if tag in ("img", "video") and not FILE.fullmatch(given["src"]):
            self.complaints.append(f"src {given['src']!r}")
        if tag == "a":
            self.links.append(given["href"])
            foreign = given.get("rel") == "noopener noreferrer nofollow"
            if not (WEB if foreign else PAGE).fullmatch(given["href"]):
                self.complaints.append(f"href {given['href']!r}")


def complaints(files: Mapping[str, str]) -> list[str]:
    """All that is wrong with a set of pages, links between them included; [] if nothing is."""
    pages = {name: Reader(text) for name, text in files.items() if name.endswith(".html")}
    found = [f"{name}: {each}" for name, page in pages.items() for each in page.complaints]
    for name, page in pages.items():
        if len(set(page.ids)) != len(page.ids):
            found.append(f"{name}: an id twice")
        steps = zip(page.headings, page.headings[1:], strict=False)
        if page.headings[:1] != [1] or page.headings.count(1) != 1 or any(low - high > 1 for high, low in steps):
            found.append(f"{name}: headings {page.headings}")
        for link in page.links:
            target, _, anchor = link.partition("#")
            if WEB.fullmatch(link):
                continue
            if (target or name) not in pages or (anchor and anchor not in pages[target or name].ids):
                found.append(f"{name}: {link} leads nowhere")
    return found
