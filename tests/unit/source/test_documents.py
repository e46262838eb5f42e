"""Strict YAML: what is plain data stays what was written, and everything else is refused at its place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialsync.source import documents, rawtext

BOMB = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


def problems(data: bytes | str) -> list[str]:
    document, found = documents.read(data.encode() if isinstance(data, str) else data, "p.yaml")
    assert (document is None) == bool(found)
    parsed, again = documents.parse(data.encode() if isinstance(data, str) else data, "p.yaml")
    assert again == found
    assert parsed is None or parsed.sound is (not found)  # nothing is passed over without a word
    return [f"{problem.location.line}:{problem.location.column} {problem.code}" for problem in found]


def data(text: str) -> object:
    document, found = documents.read(text.encode(), "p.yaml")
    assert not found
    assert document is not None
    return document.data


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *(
            (word, word)
            for word in ("no", "on", "yes", "off", "No", "NO", "y", "12:30", "1_000", "0x1F", "1e3", ".inf")
        ),
        *(
            (word, word)
            for word in ("2026-12-01", "2026-12-01T09:00:00Z", "012", "0b101", "1.5", "=", "+5", "-5x", "<<")
        ),
        ("9" * 5000, "9" * 5000),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-42", -42),
        ('"true"', "true"),
        ("'5'", "5"),
        ("|\n  5", "5\n"),
        ("[a, 1]", ["a", 1]),
        ("{b: c}", {"b": "c"}),
    ],
)
def test_only_truth_nothing_and_decimal_integers_resolve(written: str, value: object) -> None:
    assert data(f"a: {written}\n") == {"a": value}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, ["1:4", "2:4", "3:4", "4:4", "5:4", "6:4", "7:4", "8:4", "9:4"]),
        ("- &a [*a]\n", ["1:3"]),
        ("&a a: b\n", ["1:1"]),
        ("a: &x\n", ["1:4"]),
        ("a: {b: &x c}\n", ["1:8"]),
    ],
    ids=["bomb", "loop", "key", "empty", "inside"],
)
def test_anchors_are_refused_and_never_followed(text: str, said: list[str]) -> None:
    assert problems(text) == [f"{place} E-YAML-ANCHOR" for place in said]


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system", "!!binary", "!!set", "!!timestamp", "!foo", "!!str", "!<x>", "!"]
)
def test_every_tag_is_refused(tag: str) -> None:
    assert problems(f"a: {tag} b\n") == ["1:4 E-YAML-TAG"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("text: a\n'text': b\n", "2:1 E-YAML-DUPLICATE-KEY"),
        ('text: a\n"te\\u0078t": b\n', "2:1 E-YAML-DUPLICATE-KEY"),
        ("a: {b: 1, b: 2}\n", "1:11 E-YAML-DUPLICATE-KEY"),
        ("1: a\n'1': b\n", "2:1 E-YAML-DUPLICATE-KEY"),
        ("a: b\n<<: {c: d}\n", "2:1 E-YAML-MERGE"),
        ("? [a]\n: b\n", "1:3 E-YAML-KEY"),
        ('"a\\nb": c\n', "1:1 E-YAML-KEY"),
        ("? |\n  a\n: b\n", "1:3 E-YAML-KEY"),
        (f"{'a' * 500}: b\n", "1:1 E-YAML-KEY"),
        ("a: 1\n---\nb: 2\n", "2:1 E-YAML-DOCUMENTS"),
        ("a: 1\n...\n", "2:1 E-YAML-DOCUMENTS"),
        ("%YAML 1.1\n---\na: 1\n", "1:1 E-YAML-DIRECTIVE"),
        ("%TAG ! x\n---\na: 1\n", "1:1 E-YAML-DIRECTIVE"),
        ("a: " + "[" * 30 + "]" * 30, "1:23 E-YAML-DEPTH"),
        ("a: " + "[" * 10_000, "1:1003 E-YAML-DEPTH"),
        ("a: b" + " " * 200 + "c\n", "1:205 E-YAML-HIDDEN"),
        ("a: 'b\n", "1:4 E-YAML-START"),
        ("a:\n  b\n c: d\n", "3:3 E-YAML-SYNTAX"),
        ('a: "\\q"\n', "1:5 E-YAML-SYNTAX"),
        ('a: "\\ud800"\n', "1:7 E-YAML-SYNTAX"),
    ],
)
def test_what_is_not_plain_is_refused_at_its_place(text: str, said: str) -> None:
    assert problems(text) == [said]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\xef\xbb\xbfa: b\n", "1:1 E-YAML-BOM"),
        ("a: b".encode("utf-16"), "1:1 E-YAML-ENCODING"),
        ("a: b".encode("utf-32"), "1:1 E-YAML-ENCODING"),
        (b"a: b\nc: \xff\n", "2:4 E-YAML-ENCODING"),
        (b"a: \xc0\xaf\n", "1:4 E-YAML-ENCODING"),
        (b"a: \xed\xa0\x80\n", "1:4 E-YAML-ENCODING"),
        ("ä: b\n\u00e9: ".encode() + b"\xe9\n", "2:4 E-YAML-ENCODING"),
        (b"x" * (64 * 1024 + 1), "1:1 E-FILE-SIZE"),
        (b"a: b\rc: d\n", "1:5 E-YAML-CHARACTER"),
    ],
)
def test_only_utf_8_of_moderate_size_is_read(raw: bytes, said: str) -> None:
    assert problems(raw) == [said]


REFUSED = (
    *(chr(code) for code in (0, 1, 7, 8, 0x0B, 0x0C, 0x1B, 0x7F, 0x80, 0x85, 0x9B, 0x9F, 0xAD)),
    *"\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
    *"\u200b\u200c\u200d\u2060\ufeff\ufe0f\U000e0041\U000e007f\u3164\u115f\ufffe",
)


@pytest.mark.parametrize("sign", REFUSED, ids=lambda sign: f"U+{ord(sign):04X}")
def test_what_a_review_does_not_show_is_refused(sign: str) -> None:
    assert problems(f"a: b\ntext: xy{sign}z\n") == ["2:9 E-YAML-CHARACTER"]


@pytest.mark.parametrize("sign", [s for s in REFUSED if ord(s) > 0x9F], ids=lambda sign: f"U+{ord(sign):04X}")
def test_an_escape_does_not_smuggle_it_in(sign: str) -> None:
    assert problems(f'text: "xy\\U{ord(sign):08x}z"\n') == ["1:7 E-YAML-CHARACTER"]


@pytest.mark.parametrize(
    "text",
    [
        "❤️",
        "👩‍🎨",
        "🏳️‍🌈",
        "1️⃣",
        "©️",
        "👨‍👩‍👧‍👦",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "👩🏽‍🚀",
        "می‌خواهم",
        "🇩🇪",
    ],
)
def test_what_writing_needs_is_allowed(text: str) -> None:
    assert data(f"text: {text}\n") == {"text": text}


def test_line_ends_of_windows_read_like_others() -> None:
    text = "a: |\n  one\n  two\nb: c\n"
    assert data(text.replace("\n", "\r\n")) == data(text)


@pytest.mark.parametrize(
    "text",
    [
        "schedule: 2026-12-01 09:00  # agreed with Mia\n",
        "link: https://example.com  # top\n",
        "text: |  # what goes out\n  Hello\n",
        "privacy: public  # all of it\n",
        "text: Hello\n# a comment of its own\ntitle: C\n",
        "channels:\n  facebook:  # page of the shop\n",
    ],
)
def test_comments_that_take_nothing_away_are_welcome(text: str) -> None:
    assert problems(text) == []


@pytest.mark.parametrize("text", ["alt: A mug #blue\n", "m:\n- alt: A mug #blue\n", "slogan: We love #mugs\n"])
def test_a_hashtag_never_vanishes(text: str) -> None:
    assert [said.partition(" ")[2] for said in problems(text)] == ["E-YAML-COMMENT"]


def test_all_mistakes_come_at_once() -> None:
    assert problems("a: 1\na: 2\nb: &x y\nc: !z 1\ntext: d #e\n") == [
        "2:1 E-YAML-DUPLICATE-KEY",
        "3:4 E-YAML-ANCHOR",
        "4:4 E-YAML-TAG",
        "5:9 E-YAML-COMMENT",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\n" * 5000,
        "\t" + "\n\t" * 5000,
        "\u200b" * 9000,
        "".join(f"a: &b{number} c\n" for number in range(4000)),
        "text: a #b\n" * 5000,
        "%\n" * 9000,
    ],
    ids=["keys", "tabs", "characters", "anchors", "comments", "directives"],
)
def test_a_file_full_of_mistakes_says_a_hundred(text: str) -> None:
    assert len(problems(text)) == 100


def test_every_value_knows_its_place() -> None:
    text = "id: a\nmedia:\n  - file: x.jpg\n    alt: y\nchannels:\n  facebook: {text: z}\n"
    document, _ = documents.read(text.encode(), "p.yaml")
    assert document is not None
    places = {
        (): "p.yaml:1:1",
        ("id",): "p.yaml:1:5",
        ("media", 0): "p.yaml:3:5",
        ("media", 0, "alt"): "p.yaml:4:10",
        ("channels", "facebook", "text"): "p.yaml:6:20",
        ("channels", "facebook", "nothing"): "p.yaml:6:13",
    }
    assert {path: str(document.place(path)) for path in places} == places
    assert str(document.key_place(("channels", "facebook"))) == "p.yaml:6:3"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("text: |\n  one\n  two {{ x\n", "3:7"),
        ("text: one two {{ x\n", "1:15"),
        ('text: "one {{ x"\n', "1:12"),
        ("text: >-\n  one\n  {{ x\n", "1:7"),
        ('text: "a\\u0062 {{ x"\n', "1:7"),
    ],
)
def test_a_place_inside_a_text_is_exact_where_it_can_be_told(text: str, place: str) -> None:
    document, _ = documents.read(text.encode(), "p.yaml")
    assert document is not None
    found = document.text_place(("text",), document.data["text"].index("{{"))
    assert f"{found.line}:{found.column}" == place


@settings(derandomize=True, max_examples=500)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_raise(raw: bytes) -> None:
    problems(raw)


MISTAKES = st.lists(
    st.sampled_from(
        [
            "text: ",
            "link: ",
            "{text: ",
            "{{ x }}",
            "\n#x",
            "a:",
            "\n",
            "  ",
            "- ",
            "#",
            " #x",
            "&",
            "*",
            "!",
            "'",
            '"',
            "|",
            ">",
            "{",
            "}",
            "[",
            "]",
            ": ",
            "\t",
            "é",
            "x",
            ",",
            "%",
            "---\n",
        ]
    ),
    max_size=14,
)


@settings(derandomize=True, max_examples=1500)
@given(MISTAKES)
def test_every_replacement_reads_as_yaml(tokens: list[str]) -> None:
    text = "".join(tokens)
    _, found = documents.read(text.encode(), "p.yaml")
    for problem in found:
        if problem.replacement and problem.code != "E-YAML-TAB":
            mended, _ = documents.read(f"{problem.replacement}\n".encode(), "p.yaml")
            assert mended is not None, problem


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**14), 10**14)
    | st.text("abc é{}[]:#&*!|>'\"%@`,-.\n0123", max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcé:#", max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(derandomize=True, max_examples=500)
@given(st.dictionaries(st.text("abc", min_size=1, max_size=5), PLAIN, max_size=4))
def test_json_reads_as_itself(value: dict[str, object]) -> None:
    assert data(json.dumps(value, ensure_ascii=False)) == value


SIGNS = st.text("a \n\r\t%.é❤\ufe0f\u200b\u2028\ufeff\x85\x00" + "🎉", max_size=12).map(
    lambda text: text.replace("  ", " " * 90)
)


@settings(derandomize=True, max_examples=1500)
@given(SIGNS)
def test_a_file_that_is_fine_at_a_glance_is_fine(text: str) -> None:
    assert not (rawtext.is_fine(text.encode()) and list(rawtext.problems(text, "p.yaml")))
