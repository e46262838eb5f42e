"""Texts that try to act, and a report that carries one in every place that a post or the service can fill."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from socialsync.model.accounts import AccountInfo, Connection, TokenStatus
from socialsync.model.intents import Content, Target
from socialsync.model.items import Status
from socialsync.model.plans import ChangeKind, FieldChange, Outcome, OutcomeKind
from socialsync.model.problems import Location, Problem
from socialsync.model.reports import Failure, Report, SiteReport

from . import samples

# Every way known to act from inside a comment, and pieces to make new ones of.
PAYLOADS = [
    "@everyone",
    "@acme/team",
    "fixes #1",
    "acme/posts#12",
    "GH-7",
    "deadbeefdeadbeef",
    "https://evil.example/",
    "www.evil.example",
    "a@evil.example",
    "[click](https://evil.example)",
    "![](https://evil.example/p.png)",
    "<https://evil.example>",
    "<img src=x onerror=alert(1)>",
    "</pre><script>x</script>",
    "</code></summary></details>",
    "<!-- socialsync -->",
    "-->",
    "```",
    "~~~~",
    "`" * 50,
    "\n```\n",
    "\n\n# Heading\n",
    "\n| a | b |\n| --- | --- |\n",
    "|",
    "\\|",
    "\\",
    "\n> quote\n",
    "\n1. one\n- two\n",
    "\n---\n",
    "\n    indented\n",
    "\n[x]: https://evil.example\n",
    "*bold* _em_ ~~gone~~",
    ":rocket:",
    "&lt;b&gt; &#64;all",
    "\n::error::x\n##[group]",
    "\x1b[31m\u202e\u200b\r",
    "{{ 7 * 7 }}{% x %}",
    "plain words",
    " ",
    "\n",
]
HOSTILE = st.lists(st.sampled_from(PAYLOADS) | st.text(max_size=8), min_size=1, max_size=5).map("".join)


def hostile_report(text: str) -> Report:
    """`text` in every place that a post, a file name or the service's answers fill."""
    media = replace(samples.MUG, path=f"posts/media/{text}")
    content = Content(text=text, title=text, link=text, media=(media,), extras=((text, text),))
    wanted = samples.intent(
        post_id=text,
        target=Target(channel=text, type=text, account=text),
        content=content,
        unsent=(text,),
        location=Location(path=text, line=1),
    )
    # The one address that is meant to become a link; it must not break out of it.
    permalink = f"https://www.instagram.com/{text}"
    item = samples.item(permalink=permalink, error=text, id=text, status=Status.FAILED)
    fields = tuple(
        FieldChange(name=name, was=was, now=now)
        for name, was, now in (("text", "plain words", text), ("title", text, None), (text, (text,), text))
    )
    told: dict[str, Any] = {"message": text, "paste": text, "paste_at": wanted.location, "attention": 9}
    changes = (
        samples.change(ChangeKind.CREATE, wanted),
        samples.change(ChangeKind.UPDATE, wanted, item=item, fields=fields),
        samples.change(ChangeKind.HOLD, wanted, item=item, fields=fields, reason=text, **told),
        samples.change(ChangeKind.FORGET, key=text, record=samples.record(text, text, permalink=permalink)),
    )
    outcomes = tuple(
        Outcome(kind=kind, change=change, item=item, code=text, message=text)
        for kind in OutcomeKind
        for change in changes
    )
    problem = Problem(code=text, message=text, hint=text, replacement=text, location=wanted.location)
    connection = Connection(
        channel=text,
        token=TokenStatus.VALID,
        accounts=(AccountInfo(channel=text, account_id=text, second_id=text, name=text),),
        error=text,
    )
    site = SiteReport(
        site=text,
        plan=samples.plan(*changes, notes=(text,), digest=text),
        outcomes=outcomes,
        failure=Failure(code=text, message=text, hint=text, exit_code=4),
        connections=(connection,),
        aliases={text: text},
    )
    return Report(verb="plan", sites=(site, replace(site, site="b")), problems=(problem,), commit=text, base=text)
