"""The pages of `status`, `accounts` and `rules`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from socialsync import keys
from socialsync.cells import Rule, packaged
from socialsync.config import load
from socialsync.model.accounts import AccountInfo, Connection, TokenStatus
from socialsync.model.items import Status
from socialsync.model.reports import Failure, SiteReport
from socialsync.report import render, words
from socialsync.report.layout import screen_width
from socialsync.report.rules import limit, measured
from socialsync.report.view import Entry, Sign, view
from socialsync.source.tree import WorkTree

from . import samples


def test_status_lists_what_is_wrong_first_then_what_comes_then_what_was() -> None:
    page = view(samples.status_report(), packaged())
    table = page.sections[0].table
    assert table is not None
    assert [(row.cells[0], row.cells[1]) for row in table.rows] == [
        ("failed", "autumn"),
        ("missing", "teapot"),
        ("missed", "spring-tea"),
        ("late", "night-shift"),
        ("scheduled", "tea-time"),
        ("not at Wix yet", "winter-sale-2026"),
        ("public", "hello"),
        ("public", "tea-room"),
        ("not at Wix yet", "spring-idea"),
    ]
    assert page.title == "Status: 1 failed, 1 missing, 1 missed, 1 late, 2 not at Wix yet, 2 public, 1 scheduled"


def test_status_shows_the_live_time_the_link_and_the_reason() -> None:
    table = view(samples.status_report(), packaged()).sections[0].table
    assert table is not None
    rows = {row.cells[1]: row for row in table.rows}
    assert rows["night-shift"].cells[3] == "Tue 24 Nov 2026, 23:20 (40 min ago)"
    assert rows["hello"].url == "https://www.instagram.com/p/Cx2/"
    assert rows["autumn"].note == "The page rejected the picture."
    assert rows["tea-room"].note == "Git says something else by now; the channel shows what went out."
    assert rows["tea-time"].note == ""


def account(second: str = "", name: str = "", *, default: bool = False) -> AccountInfo:
    return AccountInfo(channel="facebook", account_id="7008", second_id=second, name=name, default=default)


def facebook(*accounts: AccountInfo, aliases: dict[str, str] | None = None, token: str = "VALID") -> Entry:
    connection = Connection(channel="facebook", token=TokenStatus(token), accounts=accounts)
    report = samples.report("accounts", samples.site(connections=(connection,), aliases=aliases or {}))
    (entry,) = view(report, packaged()).sections[0].entries
    return entry


def test_the_default_account_gets_the_bare_channel_and_the_rest_names() -> None:
    entry = facebook(account("2", "Köln/Süd"), account("1", "Acme", default=True), account("3", "Köln, Süd"))
    assert entry.paste.splitlines() == [
        'facebook: "7008/1"  # Acme (default at Wix)',
        'facebook@koln-sud: "7008/2"  # Köln/Süd',
        'facebook@koln-sud-2: "7008/3"  # Köln, Süd',
    ]


@pytest.mark.parametrize("length", [4, 9, 10, 11, 12, 13, 14, 20, 29, 31, 33])
@pytest.mark.parametrize("channel", sorted(packaged().channels))
def test_no_line_to_paste_is_one_that_validate_refuses(channel: str, length: int, tmp_path: Path) -> None:
    """However long namespace and site are: an alias that fits and is taken by no other account, or none and why."""
    namespace, site = "n" * min(length, 20), "s" * max(length - 20, 4)
    names = ["Acme Berlin Mitte", "Acme Berlin Süd", "Acme Berlin Süd", "", "Pat", "漢字"] * 4
    accounts = tuple(AccountInfo(channel=channel, account_id=str(n), name=name) for n, name in enumerate(names))
    connection = Connection(channel=channel, token=TokenStatus.VALID, accounts=accounts)
    report = samples.report("accounts", SiteReport(site=site, namespace=namespace, connections=(connection,)))
    (entry,) = view(report, packaged()).sections[0].entries
    pairs = "".join(f"      {line}\n" for line in entry.paste.splitlines())
    config = f"namespace: {namespace}\nsites:\n  {site}:\n    emulator: true\n    accounts:\n{pairs or '      {}'}"
    (tmp_path / "socialsync.yaml").write_text(config, encoding="utf-8")
    assert load(WorkTree(str(tmp_path)))[1] == ()
    nameless = [sentence for sentence in entry.advice if sentence.startswith("No name for ")]
    assert len(entry.paste.splitlines()) + len(nameless) == len(accounts)
    of_channel = packaged().of_channel(channel)
    assert bool(entry.paste) is all(keys.fits(namespace, site, channel, cell.type, "") for cell in of_channel)


def test_a_long_name_is_cut_to_what_fits() -> None:
    """The example set-up: 10 characters are left by `acme` and `main`."""
    connection = Connection(
        channel="facebook",
        token=TokenStatus.VALID,
        accounts=(account("1", "Acme"), account("2", "Acme Berlin"), account("3", "Acme Berlin")),
    )
    report = samples.report("accounts", samples.site(namespace="acme", connections=(connection,), aliases={}))
    (entry,) = view(report, packaged()).sections[0].entries
    assert [line.partition(":")[0] for line in entry.paste.splitlines()] == [
        "facebook",
        "facebook@acme-berli",
        "facebook@acme-ber-2",
    ]


@pytest.mark.parametrize("value", ["7008/1", "1", "7008"])
def test_an_account_that_is_pinned_in_any_form_is_not_offered_again(value: str) -> None:
    entry = facebook(account("1", "Acme"), aliases={"facebook": value})
    assert (entry.paste, entry.facts[0].value) == ("", f"{value} · Acme")


def test_an_alias_that_leads_nowhere_is_named() -> None:
    entry = facebook(account("1", "Acme"), aliases={"facebook": "1", "facebook@berlin": "9"})
    assert entry.advice == ("facebook@berlin (9) is not among the accounts of this site any more; its posts are held.",)


@pytest.mark.parametrize("token", ["INVALID", "DISCONNECTED", "NEVER_CREATED"])
def test_a_channel_that_is_not_connected_holds_its_posts_and_offers_nothing(token: str) -> None:
    entry = facebook(account("1"), aliases={"facebook": "1"}, token=token)
    assert entry.facts[0].value == "1 · its posts are held until the channel is connected"
    assert entry.paste == ""


def test_a_site_that_could_not_be_asked_has_no_count_of_channels() -> None:
    failure = Failure(code="E-NO-KEY", message="no key", hint="", exit_code=4)
    failed, good = samples.site(failure=failure), samples.accounts_report().sites[0]
    titles = [view(samples.report("accounts", *sites), packaged()).title for sites in ([failed], [failed, good])]
    assert titles == ["No channel could be asked for", "2 of 4 channels connected"]


def test_a_hostile_account_name_cannot_write_a_line_of_its_own() -> None:
    entry = facebook(account('1"\nevil: 2', "x\nno_posts: []\u2028y"))
    assert entry.paste == 'facebook: "7008/1\\"\\nevil: 2"  # x no_posts: []⟨U+2028⟩y'


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"measure": "length", "unit": "utf16_units", "max": 4000}, "at most 4,000 UTF-16 units (most emoji count 2)"),
        ({"measure": "count", "min": 1, "max": 35}, "1 to 35"),
        ({"measure": "count", "max": 0, "applies": "video"}, "none"),
        ({"measure": "count", "min": 2, "max": 2}, "2"),
        ({"measure": "bytes", "unit": "bytes", "max": 8_000_000}, "at most 8 MB"),
        ({"measure": "ratio", "unit": "width:height", "min": 0.75, "max": 1.91}, "0.75:1 to 1.91:1"),
        ({"measure": "mime", "values": ("image/jpeg", "image/webp")}, "image/jpeg, image/webp"),
        ({"measure": "traits", "values": ("cmyk",)}, "not cmyk"),
        ({"measure": "mixed"}, "not allowed"),
        ({"measure": "seconds", "unit": "s", "min": 3}, "at least 3 s"),
    ],
)
def test_limit(given: dict[str, object], said: str) -> None:
    assert limit(replace(Rule(code="X", cell="c/t", field="media", measure=""), **given)) == said  # type: ignore[arg-type]


def test_every_rule_of_every_channel_has_words() -> None:
    rules = [rule for cell in packaged() for rule in cell.rules]
    assert rules
    assert [rule.code for rule in rules if not limit(rule) or "_" in measured(rule)] == []


@pytest.mark.parametrize("width", [80, 100, 120])
def test_the_list_of_rules_names_every_source_and_keeps_to_the_width(width: int) -> None:
    rules = tuple(rule for cell in packaged() for rule in cell.rules)
    report = samples.report("rules", rules=rules)
    text = render(report, format="text", cells=packaged(), width=width)
    assert [line for line in text.splitlines() if screen_width(line) > width] == []
    told = " ".join(text.split())
    assert [rule.code for rule in rules if f"{rule.source} · {rule.checked}" not in told] == []
    table = render(report, format="markdown", cells=packaged(), limit=900_000)
    assert table.count(" | 2026-") == len(rules)


def test_a_note_asks_for_nothing() -> None:
    rules = packaged().by_name["facebook/post"].rules
    (section,) = view(samples.report("rules", rules=rules), packaged()).sections
    assert section.table is not None
    signs = {row.cells[3]: row.sign for row in section.table.rows}
    assert signs == {"error": Sign.FAILED, "warning": Sign.DECIDE, "note": Sign.QUIET}


def test_a_limit_is_never_shown_rounded() -> None:
    units = {"bytes": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}
    rules = [rule for cell in packaged().by_name.values() for rule in cell.rules if rule.unit == "bytes"]
    sizes = [int(value) for rule in rules for value in (rule.min, rule.max) if value]
    assert 1_750_000_000 in sizes
    for size in sizes:
        number, unit = words.size(size).split()
        assert round(float(number) * units[unit]) == size


@pytest.mark.parametrize(("count", "said"), [(1, "1 needs a decision"), (178, "178 need a decision")])
def test_many_posts_need_a_decision(count: int, said: str) -> None:
    held = [
        replace(samples.hold_conflict(), key=f"key-{number}", item=samples.item(status=Status.CANCELED))
        for number in range(count)
    ]
    report = samples.report("status", samples.site(plan=samples.plan(*held)))
    assert view(report, packaged()).title == f"Status: {said}"


def test_status_names_the_code_of_a_decision_and_where_its_line_is() -> None:
    page = view(samples.status_report(), packaged())
    assert page.sections[0].table is not None
    notes = {row.cells[1]: row.note for row in page.sections[0].table.rows}
    assert notes["spring-tea"] == "Its time has passed and nothing was published; give it a new time (MISSED)."
    assert page.foot == ("`socialsync plan` shows the lines to paste, and where.",)
    quiet = samples.report("status", samples.site(plan=samples.plan(samples.keep(), samples.hold_note())))
    assert view(quiet, packaged()).foot == ()
