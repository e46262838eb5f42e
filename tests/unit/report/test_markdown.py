"""Markdown in which nothing of a post acts, and which fits where it goes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from socialsync.cells import packaged
from socialsync.model.intents import Content, Target
from socialsync.model.plans import Change, ChangeKind
from socialsync.model.reports import Report
from socialsync.report import render
from socialsync.report.markdown import fence, pack
from socialsync.report.spans import code, inline

from . import samples
from .hostile import HOSTILE, PAYLOADS, hostile_report

POSTS_URL = "https://github.com/acme/posts/blob/main/"
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def shown(report: Report, **more: Any) -> str:
    return render(report, format="markdown", cells=packaged(), posts_url=POSTS_URL, **more)


def tokens(markdown: str) -> list[Token]:
    flat = []
    for token in PARSER.parse(markdown):
        flat += [token, *(token.children or ())]
    return flat


# What GitHub itself makes links or notifications of, in text outside code.
ACTS = re.compile(r"@|#\d|://|www\.|:\w+:|\b[0-9a-f]{7,40}\b|GH-\d", re.IGNORECASE)
OUR_TAGS = re.compile(r'<pre dir="auto">|</?(?:pre|del|ins|details|summary|code|sub)>|<br>')


def check(markdown: str) -> None:
    for token in tokens(markdown):
        match token.type:
            case "image":
                raise AssertionError("an image")
            case "link_open":
                href = str(token.attrs["href"])
                assert href.startswith((POSTS_URL, "https://www.instagram.com/")), href
            case "html_inline" | "html_block":
                rest = OUR_TAGS.sub("", token.content)
                assert "<" not in rest, token.content
                assert ">" not in rest, token.content
            case "text":
                assert not ACTS.search(token.content), token.content
            case "s_open" | "ordered_list_open" | "hr" | "code_block" | "em_open":
                # Ours is only the line "and 3 more".
                assert token.type == "em_open", token.type
            case _:
                pass
    assert "<!--" not in markdown
    assert not re.search(r"^\s*(::|##\[)", markdown, re.MULTILINE)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("verb", ["plan", "apply", "status", "accounts", "validate"])
def test_known_payloads_do_nothing(verb: str, payload: str) -> None:
    check(shown(replace(hostile_report(payload), verb=verb)))


@settings(derandomize=True, deadline=None, max_examples=150)
@given(HOSTILE, st.sampled_from(["plan", "apply", "status", "accounts", "validate"]))
def test_nothing_of_a_post_acts(text: str, verb: str) -> None:
    check(shown(replace(hostile_report(text), verb=verb)))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(HOSTILE, st.sampled_from(["plan", "apply", "status", "accounts", "validate"]))
def test_nothing_of_a_post_builds(text: str, verb: str) -> None:
    """Headings, tables and list items are the same in number whatever is written."""
    counted = ("heading_open", "table_open", "tr_open", "td_open", "list_item_open")

    def built(content: str) -> Counter[str]:
        found = tokens(shown(replace(hostile_report(content), verb=verb), limit=10_000_000))
        return Counter(token.type for token in found if token.type in counted)

    # Empty fields are left out and equal texts are told once, so compare with a text of the same sort.
    if text.strip() and not text.isspace():
        assert built(f"x{text}") == built("xy")


def test_the_samples_do_nothing_either() -> None:
    for make in samples.REPORTS.values():
        check(shown(make()))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Tue 1 Dec 2026, 09:00 (in 6 d 9 h)", "Tue 1 Dec 2026, 09:00 (in 6 d 9 h)"),
        ("Ask @anna, please.", "Ask `@anna`, please."),
        ("see #12 and ``x``", "see `#12` and ``` ``x`` ```"),
        ("a|b", "`a|b`"),
        ("1080 × 1350 (4:5)", "1080 × 1350 (4:5)"),
        ("re-created, isn’t it?", "re-created, isn’t it?"),
        ("1. no list", "`1`. no list"),
        ("- no list", "`-` no list"),
        ("...", "`...`"),
        ("", ""),
    ],
)
def test_inline(text: str, written: str) -> None:
    assert inline(text) == written


@settings(derandomize=True)
@given(st.text(alphabet="`a| \\\n", max_size=20))
def test_a_code_span_is_one_code_span(text: str) -> None:
    spans = [token for token in tokens(f"x {code(text)} y") if token.type == "code_inline"]
    wanted = " ".join(text.split())
    assert [span.content for span in spans] == ([wanted] if wanted else [])


@settings(derandomize=True)
@given(st.text(alphabet="`~a\n ", max_size=40))
def test_a_fence_holds_its_text(text: str) -> None:
    (block,) = tokens(fence(text))
    assert block.type == "fence"
    assert block.content.rstrip("\n") == text.rstrip("\n")


# --- size ---------------------------------------------------------------------------------------


@settings(derandomize=True)
@given(st.lists(st.text(alphabet="aä❄", max_size=30), max_size=20), st.integers(min_value=0, max_value=300))
def test_pack(blocks: list[str], limit: int) -> None:
    kept, left = pack(blocks, limit)
    assert sum(len(block.encode()) for block in kept) <= limit
    assert len(kept) + left == len(blocks)
    position = iter(blocks)
    assert all(block in position for block in kept)
    if sum(len(block.encode()) for block in blocks) <= limit:
        assert left == 0


def many(number: int) -> Report:
    def one(index: int) -> Change:
        target = Target(channel="linkedin", type="post")
        text = f"Text {index} " + "ä❄️ " * 60
        return samples.change(ChangeKind.CREATE, samples.post(f"post-{index}", target, content=Content(text=text)))

    return samples.report("plan", samples.site(plan=samples.plan(*map(one, range(number))), emulator=True))


@pytest.mark.parametrize("limit", [5_000, 60_000, 900_000])
def test_a_large_plan_fits_and_its_counts_stay_exact(limit: int) -> None:
    markdown = shown(many(1000), limit=limit)
    assert len(markdown.encode()) <= limit
    assert "## Plan: 1,000 new" in markdown
    blocks = markdown.count("\n#### ")
    left = re.search(r"\*and ([\d,]+) more, in the job summary\*", markdown)
    assert blocks + int(left[1].replace(",", "") if left else 0) == 1000


def test_a_block_that_is_too_large_keeps_no_other_out() -> None:
    huge = samples.change(ChangeKind.CREATE, samples.intent(content=Content(text="x " * 40_000)))
    report = samples.plan_report(huge, samples.create_video(), samples.cancel())
    markdown = shown(report)
    assert "kiln.mp4" in markdown
    assert "*and 1 more, in the job summary*" in markdown
    assert "*and 1 more, in the attic*" in shown(report, rest="in the attic")


def test_a_long_text_is_folded_and_complete() -> None:
    text = "\n".join(f"line {number}" for number in range(40))
    wanted = samples.intent(content=Content(text=text))
    markdown = shown(samples.plan_report(samples.change(ChangeKind.CREATE, wanted)))
    assert "<details><summary>Text: <code>line 0 line 1" in markdown
    assert text in markdown


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("(or to its `allow` list, if any):", "(or to its `allow` list, if any):"),
        ("see `socialsync plan --all-sites`.", "see `socialsync plan --all-sites`."),
        ("public already (as a41c9e2f01…357dc).", "public already (as `a41c9e2f01…357dc`)."),
        ("write it (posts/tea.yaml), please", "write it (`posts/tea.yaml`), please"),
        ("f(x) stays `f(x)`", "`f(x)` stays `f(x)`"),
        ("under “text: |”.", "under “text: `|`”."),
        ("takes “#” for", "takes “`#`” for"),
        ("one ` tick", "one `` ` `` tick"),
        ("at 09:00 Europe/Berlin and/or later", "at 09:00 Europe/Berlin and/or later"),
        ("a owner/repo#1 b/c@d e//f", "a `owner/repo#1 b/c@d e//f`"),
    ],
)
def test_what_is_code_already_is_code_once_and_brackets_stay_outside(said: str, written: str) -> None:
    assert inline(said) == written


def test_a_bar_ends_no_cell_and_is_itself_elsewhere() -> None:
    post = samples.post("tea|time", Target(channel="facebook", type="post"), content=Content(extras=(("a|b", "c|d"),)))
    held = replace(samples.hold_missed(), message="write text: | for it")
    markdown = shown(samples.plan_report(samples.change(ChangeKind.CREATE, post), held))
    rows = [line for line in markdown.splitlines() if line.startswith("| ")]
    assert {line.count("|") for line in rows} == {3, 5}, "facts have two cells, the overview four"
    assert any("`c¦d`" in line for line in rows)
    assert "> Write text: `|` for it." in markdown
