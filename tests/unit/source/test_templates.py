"""Templates: a closed subset, judged before anything is compiled."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialsync.source import templates

VALUES = {"sale": {"percent": 20, "on": True, "items": "mugs", "code": ""}, "name": "Ünal", "evil": "{{ name }}"}


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("{{ sale.percent }}% off", "20% off"),
        ("{{sale.items}}", "mugs"),
        ("{{ name | upper }}", "ÜNAL"),
        ("{{ name|lower|capitalize }}", "Ünal"),
        ("{{ nobody | default('you') }}", "you"),
        ("{{ sale.gone | default('x') }}", "x"),
        ("{% if sale.on %}open{% else %}closed{% endif %}", "open"),
        ("{% if sale.code %}a{% elif sale.on %}b{% else %}c{% endif %}", "b"),
        ("a {%- if sale.on -%} b {%- endif %}", "ab"),
        ("{{ '{{' }}", "{{"),
        ("{{ evil }}", "{{ name }}"),
        ("one\n{{ name }}\n", "one\nÜnal\n"),
        ("{% raw %} {# kept #} {% for x in y %} {%", "{% raw %} {# kept #} {% for x in y %} {%"),
        ("{# {{ name }} #}", "{# Ünal #}"),
        ("{name} }} %} #}", "{name} }} %} #}"),
        ("50% {% iffy %}", "50% {% iffy %}"),
        ("&<>\"' {{ name }}", "&<>\"' Ünal"),
    ],
)
def test_what_is_filled_in_and_what_stays_text(text: str, rendered: str) -> None:
    assert templates.render(text, VALUES) == rendered


@pytest.mark.parametrize(
    ("text", "code", "offset"),
    [
        ("a {{ sal }}", "E-TEMPLATE-NAME", 2),
        ("{{ sale.percnt }}", "E-TEMPLATE-NAME", 0),
        ("{{ sale }}", "E-TEMPLATE-NAME", 0),
        ("{{ name.__class__ }}", "E-TEMPLATE-NAME", 0),
        ("{{ name.upper }}", "E-TEMPLATE-NAME", 0),
        ("{{ sale.keys }}", "E-TEMPLATE-NAME", 0),
        ("{% if gone %}x{% endif %}", "E-TEMPLATE-NAME", 0),
        ("x\ny {{ name }} {{ open", "E-TEMPLATE", 15),
        ("{% if name %}x", "E-TEMPLATE", 0),
        ("{% endif %}", "E-TEMPLATE", 0),
        ("one\n{{ name + 'x' }}", "E-TEMPLATE", 4),
        *(
            ("{{ " + expression + " }}", "E-TEMPLATE", 0)
            for expression in (
                *("'x' * 10**9", "'%1000000000d' % 1", "name.center(10**9)", "name['a']", "name()", "range(9)", "[1]"),
                *("{'a': 1}", "(1, 2)", "1.5", "name ~ name", "name if name", "not name", "name == 1", "-1", "none"),
                *("name | replace('a', 'b')", "name | center(10)", "name | upper(1)", "name | default(name)", ""),
                *("name | attr('x')", "name | map('x')", "name is defined", "'a'.b", "name | default('a', true)"),
                *("(" * 80 + "name" + ")" * 80, "x" * 300, "name[0:5]", "namespace()"),
            )
        ),
        ("{{ lipsum }}", "E-TEMPLATE-NAME", 0),
        ("{{ self }}", "E-TEMPLATE-NAME", 0),
        ("{{ name }}" * 300, "E-TEMPLATE", 0),
    ],
)
def test_everything_else_is_refused_at_its_place(text: str, code: str, offset: int) -> None:
    with pytest.raises(templates.TemplateError) as refused:
        templates.render(text, VALUES)
    assert (refused.value.code, refused.value.offset) == (code, offset)
    assert refused.value.message
    assert refused.value.hint


def test_a_text_cannot_grow_without_end() -> None:
    with pytest.raises(templates.TemplateError) as refused:
        templates.render("{{ long }}" * 100, {"long": "x" * 1000})
    assert refused.value.code == "E-TEMPLATE-SIZE"


def test_a_source_is_compiled_once() -> None:
    templates._compiled.cache_clear()
    for percent in range(50):
        assert templates.render("{{ percent }} once", {"percent": percent}) == f"{percent} once"
    assert templates._compiled.cache_info().misses == 1


def test_text_without_templates_does_not_load_jinja2() -> None:
    code = (
        "import sys; from socialsync.source import templates\n"
        "assert templates.render('50% { {% raw %} {# x #} }', {}) == '50% { {% raw %} {# x #} }'\n"
        "sys.exit('jinja2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


PIECES = st.lists(
    st.sampled_from(
        [
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            " if ",
            " else ",
            " endif ",
            " name ",
            ".",
            "|",
            "upper",
            "'x'",
            "(",
            ")",
            "\n",
            "-",
            "a",
        ]
    ),
    max_size=12,
)


@settings(derandomize=True, max_examples=1500)
@given(PIECES)
def test_no_text_raises_anything_but_a_template_error(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        rendered = templates.render(text, VALUES)
    except templates.TemplateError as refused:
        place = refused.offset
    else:
        place = 0
        assert "{{" in text or "endif" in text or rendered == text
    assert 0 <= place <= len(text)
