"""Posts as intents: what goes where, what stays in git, and which mistakes belong to which target."""

from __future__ import annotations

import os
import struct
import zlib
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_trees import CONFIG, Files, MemoryTree, load_post, load_posts

from socialsync import cells, config
from socialsync.model.intents import DesiredState, Intent, TimingKind
from socialsync.model.problems import Problem, Severity
from socialsync.source import posts, schemas
from socialsync.source.posts import Loaded

POST = "id: sale\nschedule: 2030-12-01 09:00\n"


def png(width: int = 800, height: int = 800) -> bytes:
    """A grey picture of a size that every channel takes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * width) * height, 0)  # some channels refuse tiny files
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PICTURE = png()
MEDIA = {"posts/media/mug.png": PICTURE}


def load_with_media(text: str, **options: object) -> Loaded:
    return load_posts({"posts/post.yaml": text, **MEDIA}, **options)


def intents(loaded: Loaded) -> dict[str, Intent]:
    assert errors(loaded) == []
    return {str(intent.target): intent for intent in loaded.intents}


def errors(loaded: Loaded) -> list[str]:
    return [said(problem) for problem in loaded.judged() if problem.severity is Severity.ERROR]


def said(problem: Problem) -> str:
    return f"{problem.location} {problem.code}"


def test_one_intent_for_each_target() -> None:
    loaded = load_post(POST + "text: |\n  Hello ❄️\n\nchannels: [facebook, facebook@berlin, linkedin/post]\n")
    assert loaded.posts == 1
    made = intents(loaded)
    assert list(made) == ["facebook/post", "facebook/post@berlin", "linkedin/post"]
    berlin = made["facebook/post@berlin"]
    assert berlin.key == "ss1.acme.main.sale.facebook-post-berlin.a1"
    assert berlin.content.text == "Hello ❄️"
    assert str(berlin.location) == "posts/post.yaml:6:22"
    assert (berlin.site, berlin.post_id, berlin.state, berlin.attempt) == ("main", "sale", DesiredState.LIVE, 1)
    assert berlin.timing.at == datetime(2030, 12, 1, 8, tzinfo=UTC)
    assert berlin.timing.until == datetime(2030, 12, 1, 8, 30, tzinfo=UTC)
    assert berlin.timing.zone == "Europe/Berlin"


def test_both_forms_of_channels_say_the_same() -> None:
    listed = load_post(POST + "text: Hi\nchannels: [facebook, linkedin]\n").intents
    mapped = load_post(POST + "text: Hi\nchannels: {facebook: , linkedin: }\n").intents
    assert [intent.key for intent in listed] == [intent.key for intent in mapped]
    assert [intent.content for intent in listed] == [intent.content for intent in mapped]


def test_overrides_replace_whole_fields_and_null_clears() -> None:
    made = intents(
        load_with_media(
            POST
            + "text: Hi\nlink: https://example.com/\nmedia:\n  - file: posts/media/mug.png\nchannels:\n"
            + "  facebook: {text: Hello}\n  linkedin: {media: null, link: https://example.com/b}\n  gbp: {text: null}\n"
        )
    )
    assert made["facebook/post"].content.text == "Hello"
    assert made["linkedin/post"].content.link == "https://example.com/b"
    assert made["linkedin/post"].content.media == ()
    assert made["gbp/post"].content.text == ""


def test_what_a_target_cannot_carry_is_named() -> None:
    made = intents(
        load_with_media(
            POST
            + "text: Hi\ntitle: News\nlink: https://example.com/\n"
            + "media:\n  - file: posts/media/mug.png\n    alt: A mug\n"
            + "channels: [facebook, pinterest@gifts, gbp]\n"
        )
    )
    picture = "alt text of mug.png"
    assert made["facebook/post"].unsent == ("title", "link (a picture goes out instead)", picture)
    assert made["facebook/post"].content.link == ""
    assert made["pinterest/post@gifts"].unsent == (picture,)
    assert made["gbp/post"].unsent == ("title", "link", picture)


def test_an_override_that_cannot_be_sent_is_a_mistake() -> None:
    text = POST + "media: [{file: posts/media/mug.png}]\nchannels:\n  facebook: {link: https://example.com/}\n"
    assert errors(load_with_media(text)) == ["posts/post.yaml:5:20 E-LINK-AND-MEDIA"]


def test_fields_of_a_cell_come_as_written() -> None:
    made = intents(load_post(POST + "text: Hi\nchannels:\n  gbp: {call_to_action: order}\n"))
    assert made["gbp/post"].content.extras == (("call_to_action", "order"),)


def test_templates_are_filled_in_from_the_file_and_the_post() -> None:
    loaded = load_posts(
        {
            "posts/_variables.yaml": "shop: Acme\nsale: {percent: 20}\n",
            "posts/post.yaml": POST
            + 'text: "{{ shop }}: {{ sale.percent }} %"\nvariables: {shop: Acme Berlin}\nchannels: [facebook]\n',
        }
    )
    assert intents(loaded)["facebook/post"].content.text == "Acme Berlin: 20 %"


def test_a_schedule_of_its_own_does_not_take_over_until() -> None:
    made = intents(
        load_post(
            POST
            + "until: 2030-12-01 12:00\ntext: Hi\nchannels:\n  facebook:\n"
            + "  facebook@berlin: {schedule: 2030-12-01 18:00}\n  linkedin: {schedule: asap}\n"
            + "  gbp: {schedule: draft}\n"
        )
    )
    assert made["facebook/post"].timing.until == datetime(2030, 12, 1, 11, tzinfo=UTC)
    assert made["facebook/post@berlin"].timing.until == datetime(2030, 12, 1, 17, 30, tzinfo=UTC)
    assert made["linkedin/post"].timing.kind is TimingKind.ASAP
    assert made["linkedin/post"].timing.until == datetime(2030, 12, 1, 11, tzinfo=UTC)
    assert (made["gbp/post"].timing.kind, made["gbp/post"].timing.until) == (TimingKind.DRAFT, None)


def test_a_zone_of_its_own() -> None:
    made = intents(
        load_post(POST + "timezone: UTC\ntext: Hi\nchannels:\n  facebook:\n  linkedin: {timezone: Asia/Tokyo}\n")
    )
    assert made["facebook/post"].timing.at == datetime(2030, 12, 1, 9, tzinfo=UTC)
    assert made["linkedin/post"].timing.at == datetime(2030, 12, 1, 0, tzinfo=UTC)


def test_an_attempt_names_the_older_ones() -> None:
    made = intents(load_post(POST + "text: Hi\nchannels:\n  facebook: {attempt: 3}\n"))["facebook/post"]
    assert made.key.endswith(".a3")
    assert [key[-2:] for key in made.older_keys] == ["a1", "a2"]


def test_an_old_alias_keeps_the_key() -> None:
    was = intents(load_post(POST + "text: Hi\nchannels:\n  facebook:\n"))["facebook/post"]
    now = intents(load_post(POST + "text: Hi\nchannels:\n  facebook@berlin: {key: facebook}\n"))["facebook/post@berlin"]
    assert now.key == was.key
    assert errors(load_post(POST + "text: Hi\nchannels:\n  facebook: {key: gbp}\n")) == ["posts/post.yaml:5:19 E-KEY"]


def test_states_adoption_and_waivers() -> None:
    allow = "[{rule: LEAD, for: 2, until: 2030-12-10, reason: agreed}]"
    made = intents(
        load_post(
            POST
            + f"text: Hi\nstate: canceled\nallow: {allow.replace('LEAD', 'POST')}\nchannels:\n  facebook:\n"
            + f"  linkedin: {{state: live, adopt: abc-1, allow: {allow}}}\n  gbp: {{state: null, allow: null}}\n"
        )
    )
    assert made["facebook/post"].state is DesiredState.CANCELED
    assert made["linkedin/post"].state is DesiredState.LIVE
    assert made["gbp/post"].state is DesiredState.LIVE
    assert made["linkedin/post"].adopt == "abc-1"
    waivers = made["linkedin/post"].waivers
    assert [(waiver.rule, waiver.subject, waiver.until) for waiver in waivers] == [
        ("LEAD", "2", date(2030, 12, 10)),
        ("POST", "2", date(2030, 12, 10)),
    ]
    assert [len(made[name].waivers) for name in ("facebook/post", "gbp/post")] == [1, 0]


@pytest.mark.parametrize("field", ["attempt: 2", "adopt: x", "key: facebook"])
def test_identity_is_written_in_one_target_only(field: str) -> None:
    assert errors(load_post(POST + f"{field}\ntext: Hi\nchannels: [facebook]\n")) == [
        "posts/post.yaml:3:1 E-FIELD-UNKNOWN"
    ]


# --- several files ------------------------------------------------------------------------------

HELLO = POST + "text: Hi\nchannels: [facebook]\n"


def test_two_posts_with_one_id_name_both_files() -> None:
    loaded = load_posts({"posts/a.yaml": HELLO, "posts/b.yaml": HELLO})
    assert [said(problem) for problem in loaded.problems] == [
        "posts/a.yaml:1:5 E-ID-TWICE",
        "posts/b.yaml:1:5 E-ID-TWICE",
    ]
    assert "posts/b.yaml" in loaded.problems[0].message
    assert "posts/a.yaml" in loaded.problems[1].message


def test_of_two_posts_with_one_id_the_old_one_is_not_to_be_changed() -> None:
    """Both files are named, and the advice fits whichever of them was there first."""
    loaded = load_posts({"posts/welcome.yaml": HELLO, "posts/a copy.yaml": HELLO})
    hint = "An id names one post for life: give another one to the newer of the two, which was never posted."
    assert {problem.hint for problem in loaded.problems} == {hint}


def test_two_targets_that_would_be_one_item() -> None:
    renamed = HELLO.replace("[facebook]", "{facebook@berlin: {key: facebook}}")
    assert errors(load_posts({"posts/a.yaml": renamed})) == []
    same = HELLO.replace("[facebook]", "{facebook@berlin: {key: facebook}, facebook: }")
    assert errors(load_posts({"posts/a.yaml": same})) == ["posts/a.yaml:4:46 E-KEY-TWICE"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("posts/a.yml", "E-FILE-NAME"),
        ("posts/a.YAML", "E-FILE-NAME"),
        ("posts/2030/a.YML", "E-FILE-NAME"),
        ("posts/a.yaml.txt", "E-FILE-NAME"),
        ("posts/a.yml.TXT", "E-FILE-NAME"),
        (os.fsdecode(b"posts/\xff.yaml"), "E-FILE-NAME"),
    ],
)
def test_a_post_is_never_skipped_for_its_name(path: str, code: str) -> None:
    assert errors(load_posts({path: HELLO})) == [f"{path}:1:1 {code}"]


def test_the_name_that_it_should_have_is_shown() -> None:
    for written in ("sale.yaml.txt", "sale.yml", "sale.YAML"):
        (problem,) = load_posts({f"posts/{written}": HELLO}).problems
        assert "“posts/sale.yaml”" in problem.hint


def test_what_is_no_post() -> None:
    loaded = load_posts({"posts/_draft.yaml": "}", "posts/readme.md": "}", "other/a.yaml": "}", "posts/_x.yml": "}"})
    assert (loaded.posts, loaded.problems) == (0, ())


def test_a_link_is_no_post() -> None:
    assert errors(load_posts({"posts/a.yaml": None})) == ["posts/a.yaml:1:1 E-FILE-LINK"]


def test_variables_are_checked() -> None:
    loaded = load_posts({"posts/_variables.yaml": "a: [1]\nb: {c: null}\n", "posts/a.yaml": HELLO})
    assert errors(loaded) == ["posts/_variables.yaml:1:4 E-VARIABLES", "posts/_variables.yaml:2:8 E-VARIABLES"]
    assert errors(load_posts({"posts/_variables.yaml": "- a\n"})) == ["posts/_variables.yaml:1:1 E-VARIABLES"]
    own = load_post(POST + "text: Hi\nvariables: {a: [1]}\nchannels: [facebook]\n")
    assert errors(own) == ["posts/post.yaml:4:16 E-VARIABLES"]


def test_only_the_paths_that_are_asked_for() -> None:
    other = HELLO.replace("id: sale", "id: other")
    loaded = load_posts({"posts/a.yaml": HELLO, "posts/b.yaml": other}, only={"posts/b.yaml"})
    assert [intent.post_id for intent in loaded.intents] == ["other"]


# --- media --------------------------------------------------------------------------------------


def media(path: str) -> str:
    return POST + f"media:\n  - file: {path}\nchannels: [facebook]\n"


def test_a_picture_is_measured() -> None:
    (ref,) = intents(load_with_media(media("posts/media/mug.png")))["facebook/post"].content.media
    assert (ref.path, ref.mime, ref.width, ref.height, ref.size) == (
        "posts/media/mug.png",
        "image/png",
        800,
        800,
        len(PICTURE),
    )


def test_a_file_at_wix_is_taken_as_it_is() -> None:
    text = POST + "media: [{wix: 'abc~mv2.jpg'}, {wix: abc}]\nchannels: [facebook]\n"
    kinds = [ref.kind.value for ref in load_post(text).intents[0].content.media]
    assert kinds == ["IMAGE", "VIDEO"]


@pytest.mark.parametrize(
    ("path", "code", "hint"),
    [
        ("posts/media/Mug.png", "E-MEDIA-MISSING", "posts/media/mug.png"),
        ("posts/media/mugg.png", "E-MEDIA-MISSING", "mug.png"),
        ("posts/media", "E-MEDIA-MISSING", ""),
        ("posts/media/link.png", "E-MEDIA-LINK", ""),
        ("posts/media/lfs.png", "E-MEDIA-LFS", "git lfs pull"),
        ("posts/media/text.png", "E-MEDIA-FORMAT", ""),
        ("posts/media/picture.jpg", "E-MEDIA-TYPE", ""),
        *(
            (path, "E-PATH", "")
            for path in ("../mug.png", "a/../../b.png", "/etc/passwd", "~/mug.png", "file://x", "C:/x.png")
        ),
        *((path, "E-PATH", "") for path in ("posts//mug.png", "./mug.png", "posts\\media\\mug.png", ".git/config")),
        ("%2e%2e/x.png", "E-MEDIA-MISSING", ""),
    ],
)
def test_what_is_no_picture_of_this_repository(path: str, code: str, hint: str) -> None:
    files = {
        "posts/media/link.png": None,
        "posts/media/lfs.png": "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
        "posts/media/text.png": "hello",
        "posts/media/picture.jpg": PICTURE,
        **MEDIA,
    }
    loaded = load_posts({"posts/post.yaml": media(f"'{path}'"), **files})
    (problem,) = [problem for problem in loaded.judged() if problem.severity is Severity.ERROR]
    assert said(problem) == f"posts/post.yaml:4:11 {code}"
    assert hint in problem.hint


def test_a_file_is_read_once_however_often_it_is_used() -> None:
    tree = MemoryTree(
        {
            config.FILE: CONFIG,
            "posts/a.yaml": media("posts/media/mug.png").replace("[facebook]", "[facebook, linkedin]"),
            **MEDIA,
        }
    )
    settings, _ = config.load(tree)
    assert settings is not None
    posts.load(settings, tree)
    assert tree.reads.count("posts/media/mug.png") == 1


# --- history ------------------------------------------------------------------------------------


def test_history_is_not_judged() -> None:
    text = (
        POST
        + f"text: {'x' * 3000}\nmedia: [{{file: posts/media/gone.png}}]\nchannels: [gbp, instagram, facebook@gone, x]\n"
    )
    loaded = load_post(text)
    assert {problem.code for problem in loaded.judged()} >= {"E-MEDIA-MISSING", "E-ACCOUNT", "E-CHANNEL-CLOSED"}
    keys = {intent.key for intent in loaded.intents}
    again = load_post(text, history=keys)
    assert again.judged() == ()
    assert {intent.key for intent in again.intents} == keys


def test_findings_belong_to_one_target() -> None:
    loaded = load_post(POST + f"text: {'x' * 1600}\nchannels: [gbp, facebook@gone]\n")
    gbp, gone = loaded.intents
    assert {problem.code for problem in loaded.findings[gbp.key]} == {"GBP-POST-TEXT-LENGTH"}
    assert "E-ACCOUNT" in {problem.code for problem in loaded.findings[gone.key]}
    assert all(problem.code != "E-ACCOUNT" for problem in loaded.judged({gbp.key}))
    assert loaded.problems == ()


def test_history_reads_no_file_that_is_known() -> None:
    files: Files = {config.FILE: CONFIG, "posts/a.yaml": media("posts/media/mug.png"), **MEDIA}
    tree = MemoryTree(files, blobs={"posts/media/mug.png": "b10b"})
    settings, _ = config.load(tree)
    assert settings is not None
    (first,) = posts.load(settings, tree).intents
    tree.reads.clear()
    (second,) = posts.load(settings, tree, history={first.key}, known_media={"b10b": "d1"}).intents
    assert [ref.token for ref in second.content.media] == ["sha256:d1"]
    assert "posts/media/mug.png" not in tree.reads


# --- laws ---------------------------------------------------------------------------------------

TEXTS = st.text("abc äß❤️\n#@:'\"{}%-", min_size=1, max_size=60).filter(lambda text: text.strip() and "{{" not in text)


@settings(derandomize=True, max_examples=200)
@given(TEXTS, st.lists(st.sampled_from(["facebook", "linkedin", "gbp"]), min_size=1, max_size=3, unique=True))
def test_text_arrives_in_canonical_form_everywhere(text: str, targets: list[str]) -> None:
    body = "\n".join(f"  {line}" for line in text.split("\n"))
    loaded = load_post(POST + f"text: |2\n{body}\nchannels: [{', '.join(targets)}]\n")
    if "{%" in text:
        return
    assert {intent.content.text for intent in loaded.intents} == {"\n".join(text.split("\n")).strip()} or errors(loaded)


@settings(derandomize=True, max_examples=200)
@given(st.permutations(["a", "b", "c", "d"]))
def test_the_order_of_files_changes_nothing(names: list[str]) -> None:
    files = {f"posts/{name}.yaml": HELLO.replace("id: sale", f"id: post-{name}") for name in names}
    assert [intent.post_id for intent in load_posts(files).intents] == ["post-a", "post-b", "post-c", "post-d"]


def test_the_post_schema_of_editors_refuses_what_is_refused_here() -> None:
    check = schemas.post_validator(cells.packaged())
    assert check.is_valid({"id": "sale", "schedule": "2030-12-01 09:00", "text": "Hi", "channels": ["facebook"]})
    assert not check.is_valid({"id": "sale", "schedule": "2030-12-01 09:00", "text": "Hi", "channels": ["facebok"]})
