"""Reports to render: one builder per kind of change, and the reports that the golden files show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from socialsync.canonical import field_fingerprints
from socialsync.cells import packaged
from socialsync.model.accounts import AccountInfo, Connection, Quota, TokenStatus
from socialsync.model.intents import Content, Intent, MediaKind, MediaRef, Target, Timing, TimingKind
from socialsync.model.items import Item, Record, Status
from socialsync.model.plans import Change, ChangeKind, FieldChange, Origin, Outcome, OutcomeKind, Plan
from socialsync.model.problems import Location, Problem, Severity
from socialsync.model.reports import Failure, Report, SiteReport

NOW = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
SALE = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
ZONE = "Europe/Berlin"
ALIASES = {
    "instagram": "17840000000000001",
    "facebook": "7008/700800900",
    "facebook@berlin": "700800901",
    "linkedin": "urn:li:organization:90411822",
}

MUG = MediaRef(
    kind=MediaKind.IMAGE,
    digest="3f2a" * 16,
    path="posts/media/winter-hero.jpg",
    mime="image/jpeg",
    size=214_300,
    width=1080,
    height=1350,
)
CLIP = MediaRef(
    kind=MediaKind.VIDEO,
    digest="77aa" * 16,
    path="posts/media/kiln.mp4",
    mime="video/mp4",
    size=3_410_000,
    width=1080,
    height=1920,
    seconds=12.5,
)
TEXT = "Winter sale starts today ❄️\n25% off every mug.\n\n#pottery #winter"


def intent(**more: Any) -> Intent:
    """A post for Instagram on 1 December, 9 in the morning in Berlin."""
    given: dict[str, Any] = {
        "key": "ss1.acme.main.winter-sale-2026.instagram-post.a1",
        "site": "main",
        "post_id": "winter-sale-2026",
        "target": Target(channel="instagram", type="post"),
        "content": Content(text=TEXT, media=(MUG,)),
        "timing": Timing(kind=TimingKind.AT, at=SALE, until=SALE + timedelta(minutes=30), zone=ZONE),
        "location": Location(path="posts/winter-sale.yaml", line=9, column=3),
    }
    return Intent(**(given | more))


def post(post_id: str, target: Target, **more: Any) -> Intent:
    """Another post, with a key and a place of its own."""
    key = f"ss1.acme.main.{post_id}.{str(target).replace('/', '-').replace('@', '-')}.a1"
    return intent(
        key=key, post_id=post_id, target=target, location=Location(path=f"posts/{post_id}.yaml", line=9), **more
    )


def item(**more: Any) -> Item:
    given: dict[str, Any] = {
        "id": "9b1c2d3e-0000-4000-8000-000000000001",
        "key": "ss1.acme.main.winter-sale-2026.instagram-post.a1",
        "status": Status.SCHEDULED,
        "cell": "instagram/post",
        "at": SALE,
    }
    return Item(**(given | more))


def record(post_id: str, target: str, **more: Any) -> Record:
    given: dict[str, Any] = {
        "key": f"ss1.acme.main.{post_id}.{target.replace('/', '-')}.a1",
        "item_id": "9b1c2d3e-0000-4000-8000-000000000002",
        "status": Status.SCHEDULED,
        "cell": target,
        "post_id": post_id,
        "target": target,
        "path": f"posts/{post_id}.yaml",
    }
    return Record(**(given | more))


def change(kind: ChangeKind, of: Intent | None = None, /, **more: Any) -> Change:
    key = of.key if of is not None else more.pop("key", "ss1.acme.main.gone.instagram-post.a1")
    if of is not None and kind.writes:
        more.setdefault("at", of.timing.at)
    return Change(kind=kind, key=key, site="main", intent=of, **more)


# --- one of each kind ---------------------------------------------------------------------------

BERLIN = Target(channel="facebook", type="post", account="berlin")


def create() -> Change:
    return change(ChangeKind.CREATE, intent(unsent=("alt text of winter-hero.jpg",)))


def create_late() -> Change:
    """Its time is over, but `until` still allows it."""
    timing = Timing(kind=TimingKind.AT, at=NOW - timedelta(minutes=5), until=NOW + timedelta(minutes=25), zone=ZONE)
    wanted = post("flash-sale", Target(channel="linkedin", type="post"), timing=timing, content=Content(text="Today!"))
    return change(ChangeKind.CREATE, wanted, at=NOW + timedelta(minutes=3))


def create_video() -> Change:
    content = Content(
        text="How a mug gets its glaze.", title="Inside the kiln", media=(CLIP,), extras=(("privacy", "public"),)
    )
    timing = Timing(kind=TimingKind.AT, at=SALE + timedelta(days=2), until=SALE + timedelta(days=2, hours=3), zone=ZONE)
    return change(
        ChangeKind.CREATE, post("kiln", Target(channel="tiktok", type="video"), content=content, timing=timing)
    )


def create_asap() -> Change:
    timing = Timing(kind=TimingKind.ASAP, until=NOW + timedelta(hours=2), zone=ZONE)
    wanted = post("shop-closed", BERLIN, content=Content(text="Closed today: burst pipe."), timing=timing)
    return change(ChangeKind.CREATE, wanted, at=NOW + timedelta(minutes=10))


def create_draft() -> Change:
    wanted = post(
        "spring-idea",
        Target(channel="linkedin", type="post"),
        content=Content(text="Spring is near.", link="https://example.com/spring"),
        timing=Timing(kind=TimingKind.DRAFT, zone=ZONE),
    )
    return change(ChangeKind.CREATE, wanted)


def update() -> Change:
    wanted = post("winter-sale-2026", Target(channel="facebook", type="post"))
    fields = (
        FieldChange(name="media", was=("sha256:" + "11" * 32,), now=(MUG.token,)),
        FieldChange(name="text", was=TEXT.replace("25%", "20%").replace("today", "on Monday"), now=TEXT),
    )
    return change(ChangeKind.UPDATE, wanted, item=item(cell="facebook/post"), fields=fields, origin=Origin.GIT)


def schedule() -> Change:
    wanted = post(
        "glaze-tips", Target(channel="linkedin", type="post"), content=Content(text="Three tips for glazing.")
    )
    return change(
        ChangeKind.SCHEDULE,
        wanted,
        item=item(status=Status.DRAFT, at=None),
        fields=(FieldChange(name="schedule", was=None, now="2026-12-01T08:00:00Z"),),
    )


def reschedule() -> Change:
    wanted = post("advent", Target(channel="instagram", type="story"))
    fields = (FieldChange(name="schedule", was="2026-11-30T23:30:00Z", now="2026-12-01T08:00:00Z"),)
    return change(ChangeKind.RESCHEDULE, wanted, item=item(), fields=fields, origin=Origin.GIT)


def publish() -> Change:
    timing = Timing(kind=TimingKind.AT, at=NOW - timedelta(minutes=2), until=NOW + timedelta(hours=3), zone=ZONE)
    wanted = post("open-studio", Target(channel="instagram", type="post"), timing=timing)
    return change(ChangeKind.PUBLISH, wanted, item=item(status=Status.DRAFT, at=None))


def cancel() -> Change:
    return change(
        ChangeKind.CANCEL,
        record=record("black-friday", "instagram/post"),
        item=item(at=NOW + timedelta(hours=58)),
        at=NOW + timedelta(hours=58),
        reason="REMOVED",
    )


def delete() -> Change:
    return change(
        ChangeKind.DELETE,
        key="ss1.acme.main.old-idea.facebook-post-berlin.a1",
        record=record("old-idea", "facebook/post@berlin", status=Status.DRAFT),
        item=item(status=Status.DRAFT, at=None, cell="facebook/post"),
        reason="REMOVED",
    )


def forget() -> Change:
    return change(
        ChangeKind.FORGET,
        key="ss1.acme.main.summer.instagram-post.a1",
        record=record(
            "summer",
            "instagram/post",
            status=Status.PUBLISHED,
            at=datetime(2026, 7, 1, 7, tzinfo=UTC),
            permalink="https://www.instagram.com/p/Cx1/",
        ),
        reason="REMOVED",
    )


def keep(post_id: str = "tea-time") -> Change:
    return change(ChangeKind.KEEP, post(post_id, Target(channel="instagram", type="post")), item=item())


def hold_missed() -> Change:
    timing = Timing(kind=TimingKind.AT, at=NOW - timedelta(hours=26), until=NOW - timedelta(hours=25), zone=ZONE)
    wanted = post("spring-tea", Target(channel="instagram", type="post"), timing=timing)
    return change(
        ChangeKind.HOLD,
        wanted,
        reason="MISSED",
        message="its time has passed and nothing was published; give it a new time",
        paste="schedule: 2026-11-26 09:00",
        paste_at=Location(path="posts/spring-tea.yaml", line=2, column=1),
        attention=9,
    )


def hold_conflict() -> Change:
    """Edited in the dashboard and in git; and moved in the dashboard alone."""
    wanted = post("gift-cards", Target(channel="facebook", type="post"), content=Content(text="Gift cards are back."))
    sent = "Gift cards are here."
    return change(
        ChangeKind.HOLD,
        wanted,
        item=item(),
        record=record("gift-cards", "facebook/post", at=SALE, fingerprints=field_fingerprints({"text": sent})),
        reason="CONFLICT",
        message="at Wix it says something that git did not put there; nothing is overwritten",
        paste='allow: [{rule: CONFLICT, for: "1f2e3d4c", until: 2026-12-08, reason: "why"}]',
        paste_at=wanted.location,
        attention=8,
        wanted=ChangeKind.UPDATE,
        fields=(
            FieldChange(name="media", was=("wix:f1",), now=(MUG.token,)),
            FieldChange(name="text", was="Gift cards are here, also online.", now="Gift cards are back.", last=sent),
            FieldChange(name="schedule", was="2026-12-01T10:00:00Z", now="2026-12-01T08:00:00Z"),
        ),
        origin=Origin.BOTH,
    )


def hold_note() -> Change:
    wanted = post("last-year", Target(channel="linkedin", type="post"))
    return change(
        ChangeKind.HOLD, wanted, reason="PUBLISHED", message="it is public already: this edit changes nothing"
    )


def keep_edited(post_id: str = "tea-room") -> Change:
    """Public, and edited in git afterwards."""
    return change(
        ChangeKind.KEEP,
        post(post_id, Target(channel="linkedin", type="post")),
        item=item(status=Status.PUBLISHED, at=NOW - timedelta(days=9)),
        reason="EDITED",
        message="git says something else by now; the channel shows what went out",
        origin=Origin.GIT,
    )


def every_kind() -> tuple[Change, ...]:
    return (
        create(),
        create_late(),
        create_video(),
        create_asap(),
        create_draft(),
        update(),
        schedule(),
        reschedule(),
        publish(),
        cancel(),
        delete(),
        forget(),
        keep(),
        keep("coffee"),
        hold_missed(),
        hold_conflict(),
        hold_note(),
        keep_edited(),
    )


# --- reports ------------------------------------------------------------------------------------

QUOTAS = (
    Quota(feature="PUBLISH_POST", enabled=True, limit=10, used=3, remaining=7, period="MONTH"),
    Quota(feature="SCHEDULE_POST", enabled=True, limit=50, used=12, remaining=38, period="MONTH"),
)


def plan(*changes: Change, **more: Any) -> Plan:
    given: dict[str, Any] = {
        "site": "main",
        "now": NOW,
        "changes": changes,
        "digest": "5e" * 32,
        "quotas": QUOTAS,
        "zone": ZONE,
    }
    return Plan(**(given | more))


def site(**more: Any) -> SiteReport:
    given: dict[str, Any] = {"site": "main", "aliases": ALIASES}
    return SiteReport(**(given | more))


def report(verb: str, *sites: SiteReport, **more: Any) -> Report:
    return Report(verb=verb, sites=sites, **more)


def plan_report(*changes: Change) -> Report:
    return report("plan", site(plan=plan(*(changes or every_kind()))), commit="c0ffee" * 7, exit_code=9)


def small_plan() -> Report:
    """What most pull requests look like: one post for two channels, on an emulator site."""
    facebook = post("winter-sale-2026", Target(channel="facebook", type="post"))
    changes = (create(), change(ChangeKind.CREATE, facebook), keep())
    return report("plan", site(emulator=True, plan=plan(*changes, quotas=())), exit_code=0)


def quiet_plan() -> Report:
    return report("plan", site(plan=plan(keep(), keep("coffee"), quotas=())))


def diff_report() -> Report:
    changes = (create(), update(), cancel(), keep())
    return report(
        "diff",
        site(plan=plan(*changes, quotas=()), state_at=NOW - timedelta(hours=3)),
        base="main",
        commit="c0ffee" * 7,
    )


def apply_report() -> Report:
    made, moved, changed, gone, late = create(), reschedule(), update(), cancel(), publish()
    scheduled = item(status=Status.SCHEDULED)
    outcomes = (
        Outcome(kind=OutcomeKind.DONE, change=made, item=scheduled),
        Outcome(
            kind=OutcomeKind.UNKNOWN,
            change=late,
            item=item(status=Status.DRAFT, at=None),
            code="UNRESOLVED",
            message="the publish request got no answer and it is still a draft; run again, do not publish by hand",
        ),
        Outcome(
            kind=OutcomeKind.FAILED,
            change=moved,
            item=item(),
            code="ITEM_IS_PUBLISHED",
            message="it went out before it could be moved",
        ),
        Outcome(
            kind=OutcomeKind.STALE, change=changed, message="the dashboard changed it since it was read; run again"
        ),
        Outcome(kind=OutcomeKind.DONE, change=gone, item=item(status=Status.CANCELED)),
        Outcome(kind=OutcomeKind.SKIPPED, change=create_video(), message="the time for this run is used up; run again"),
        Outcome(kind=OutcomeKind.SKIPPED, change=hold_missed()),
        Outcome(kind=OutcomeKind.SKIPPED, change=hold_conflict()),
        Outcome(kind=OutcomeKind.DONE, change=keep()),
        Outcome(kind=OutcomeKind.DONE, change=forget()),
        Outcome(kind=OutcomeKind.SKIPPED, change=hold_note()),
        Outcome(kind=OutcomeKind.DONE, change=keep_edited()),
        Outcome(kind=OutcomeKind.DONE, change=keep_edited("milk-jug")),
    )
    changes = tuple(outcome.change for outcome in outcomes)
    return report("apply", site(plan=plan(*changes), outcomes=outcomes), exit_code=7)


def status_report() -> Report:
    failed = change(
        ChangeKind.HOLD,
        post("autumn", Target(channel="facebook", type="post")),
        item=item(status=Status.FAILED, at=NOW - timedelta(days=1), error="The page rejected the picture."),
        reason="FAILED",
        message="Wix could not publish it",
        attention=6,
    )
    missing = change(
        ChangeKind.HOLD,
        post("teapot", Target(channel="linkedin", type="post")),
        record=record("teapot", "linkedin/post", at=SALE),
        reason="GONE",
        message="it was confirmed at Wix once and is now absent, so somebody deleted it; it is not created again",
        attention=9,
    )
    late = change(
        ChangeKind.HOLD,
        post("night-shift", Target(channel="instagram", type="post")),
        item=item(at=NOW - timedelta(minutes=40)),
        reason="LATE",
        message="is due and has not gone out yet; look again soon",
        attention=7,
    )
    public = change(
        ChangeKind.KEEP,
        post("hello", Target(channel="instagram", type="post")),
        item=item(status=Status.PUBLISHED, at=NOW - timedelta(days=3), permalink="https://www.instagram.com/p/Cx2/"),
    )
    return report(
        "status",
        site(plan=plan(keep_edited(), keep(), public, create(), late, failed, missing, hold_missed(), create_draft())),
    )


def accounts_report() -> Report:
    facebook = Connection(
        channel="facebook",
        token=TokenStatus.VALID,
        accounts=(
            AccountInfo(channel="facebook", account_id="7008", second_id="700800900", name="Acme", default=True),
            AccountInfo(channel="facebook", account_id="7008", second_id="700800902", name="Acme Köln"),
        ),
    )
    youtube = Connection(
        channel="youtube",
        token=TokenStatus.VALID,
        accounts=(AccountInfo(channel="youtube", account_id="UCabc", name="Acme TV", default=True),),
    )
    linkedin = Connection(channel="linkedin", token=TokenStatus.INVALID, error="USER_IS_DISCONNECTED")
    tiktok = Connection(channel="tiktok", token=TokenStatus.NEVER_CREATED)
    return report("accounts", site(connections=(facebook, linkedin, tiktok, youtube)))


PROBLEMS = (
    Problem(
        code="IG-POST-TEXT-LENGTH",
        message="the text is 12 characters too long for an Instagram post: “… #pottery”",
        hint="At most 2,200 characters; shorten it, or give this channel a text of its own.",
        location=Location(path="posts/winter-sale.yaml", line=4, column=7),
    ),
    Problem(
        code="E-COMMENT",
        message="YAML takes “#pottery” for a comment, so it would not be posted",
        hint="Write the text as a block:",
        replacement="text: |\n  New mugs #pottery",
        location=Location(path="posts/mugs.yaml", line=3, column=16),
    ),
    Problem(
        code="IG-POST-HASHTAGS-ADVISED",
        message="7 hashtags; Instagram counts at most 5",
        location=Location(path="posts/winter-sale.yaml", line=4, column=7),
        severity=Severity.WARNING,
    ),
)


def validate_report() -> Report:
    return report("validate", problems=PROBLEMS, checked_posts=12, checked_targets=31, exit_code=3)


FOLDED = Problem(
    code="FB-POST-TEXT-LENGTH-SHOWN",
    message="Facebook post: The text has 612 characters; it shows at most 500, up to “ and come early.”.",
    hint='Facebook folds long texts behind "see more".',
    location=Location(path="posts/winter-sale.yaml", line=4, column=7),
    severity=Severity.NOTE,
)


def valid_report() -> Report:
    """Nothing is wrong; one text is folded on its channel."""
    return report("validate", problems=(FOLDED,), checked_posts=12, checked_targets=31)


def rules_report() -> Report:
    return report("rules", rules=packaged().by_name["tiktok/photo"].rules)


def rule_report() -> Report:
    return report("rules", rules=packaged().by_name["tiktok/photo"].rules[:1])


def failed_report(*changes: Change) -> Report:
    """Two sites, one of which cannot be reached."""
    failure = Failure(code="E-UNREACHABLE", message="the service does not answer", hint="Try again later.", exit_code=4)
    others = (replace(each, site="second") for each in changes or (keep(), create_draft()))
    return report(
        "plan",
        site(failure=failure),
        SiteReport(site="second", plan=plan(*others, site="second", foreign=3, quotas=())),
        exit_code=4,
    )


REPORTS = {
    "plan": plan_report,
    "plan-small": small_plan,
    "plan-quiet": quiet_plan,
    "plan-failed": failed_report,
    "diff": diff_report,
    "apply": apply_report,
    "status": status_report,
    "accounts": accounts_report,
    "validate": validate_report,
    "valid": valid_report,
    "rules": rules_report,
    "rule": rule_report,
}
