"""What the tests of the core share: an in-memory service with its rules and faults, and a site that applies to it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, BinaryIO

from socialsync import keys
from socialsync.apply import Run
from socialsync.canonical import content_fields, field_fingerprints
from socialsync.commands.observe import Observed, observe
from socialsync.commands.remember import remembered
from socialsync.errors import ExitCode, IncompleteRead, ReplyClass, WriteError, worst
from socialsync.model.accounts import AccountInfo, Connection, Quota, TokenStatus
from socialsync.model.intents import Content, DesiredState, Intent, MediaRef, Target, Timing, TimingKind, Waiver
from socialsync.model.items import Item, Record, RemoteMedia, Status
from socialsync.model.plans import Outcome, Plan
from socialsync.model.problems import Location
from socialsync.model.sites import Policy, Site
from socialsync.state import State
from socialsync.steps import KEY_TAKEN
from socialsync.transitions import Pace
from socialsync.writes import Writes

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
AT = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
ACCOUNT = AccountInfo(channel="facebook", account_id="1", second_id="2", name="Acme")
SITE = Site(name="main", wix="id-of-main", accounts={"facebook": "1/2", "facebook@berlin": "1/3"})
POLICY = Policy(namespace="acme")
PREFIX = "ss1.acme.main."
PACE = Pace(settle=1.0, consistency=6.0, backoff=0.1)
WAIVER = Waiver(rule="", subject="", until=None, reason="why", location=Location(path="posts/a.yaml", line=9))


def key_of(post_id: str, attempt: int = 1, account: str = "") -> str:
    return keys.key(
        namespace="acme",
        site="main",
        post_id=post_id,
        channel="facebook",
        type_="post",
        account=account,
        attempt=attempt,
    )


def at(instant: datetime = AT, until: datetime | None = None) -> Timing:
    return Timing(kind=TimingKind.AT, at=instant, until=until or instant + HALF_HOUR)


def asap(until: datetime = NOW + timedelta(hours=2)) -> Timing:
    return Timing(kind=TimingKind.ASAP, until=until)


DRAFT = Timing(kind=TimingKind.DRAFT)


def intent(
    post_id: str = "sale",
    *,
    text: str = "Hello",
    timing: Timing | None = None,
    attempt: int = 1,
    account: str = "",
    state: DesiredState = DesiredState.LIVE,
    waivers: tuple[Waiver, ...] = (),
    **more: Any,
) -> Intent:
    return Intent(
        key=key_of(post_id, attempt, account),
        site="main",
        post_id=post_id,
        target=Target(channel="facebook", type="post", account=account),
        content=more.pop("content", None) or Content(text=text),
        timing=timing or at(),
        location=Location(path=f"posts/{post_id}.yaml", line=5, column=3),
        state=state,
        attempt=attempt,
        older_keys=tuple(key_of(post_id, number, account) for number in range(1, attempt)),
        waivers=waivers,
        **more,
    )


def item(
    status: Status = Status.SCHEDULED, *, key: str | None = None, item_id: str = "i1", text: str = "Hello", **more: Any
) -> Item:
    moment = more.pop("moment", AT if status is not Status.DRAFT else None)
    return Item(
        id=item_id,
        key=key_of("sale") if key is None else key,
        status=status,
        cell=more.pop("cell", "facebook/post"),
        account_id=more.pop("account_id", "1"),
        second_id=more.pop("second_id", "2"),
        fields=more.pop("fields", {"text": text}),
        at=moment,
        **more,
    )


def record(
    status: Status = Status.SCHEDULED, *, key: str | None = None, item_id: str = "i1", text: str = "Hello", **more: Any
) -> Record:
    key = key_of("sale") if key is None else key
    return Record(
        key=key,
        item_id=item_id,
        status=status,
        cell="facebook/post",
        post_id=more.pop("post_id", key.split(".")[3]),
        target="facebook/post",
        fingerprints=field_fingerprints(more.pop("fields", {"text": text})),
        at=more.pop("moment", AT if status is not Status.DRAFT else None),
        account="1/2",
        path="posts/sale.yaml",
        **more,
    )


class Killed(BaseException):
    """The process ends here."""


class Clock:
    """Stands still except while it sleeps."""

    def __init__(self, start: datetime = NOW) -> None:
        self.start = start
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.seconds += seconds


_HOLDS_KEY = (Status.SCHEDULED, Status.IN_QUEUE, Status.PROCESSING, Status.PUBLISHED, Status.FAILED)


@dataclass(kw_only=True)
class Service:
    """An in-memory Writer. `unique`: U0 none, U1 at create for ever, U2 at publishing, U3 at create among undeleted.

    `faults` maps the number of a call (from 0, reads and writes alike) to what becomes of it: "refused" (never sent),
    "lost" (not done, no answer), "done-lost" (done, no answer), "kill" and "done-kill" (before and after it is done).
    """

    clock: Clock = field(default_factory=Clock)
    unique: str = "U1"
    tombstones: bool = True  # whether deleted items can still be seen
    lag: float = 0.0  # seconds that a listing is behind
    faults: dict[int, str] = field(default_factory=dict)
    refuse: dict[str, str] = field(default_factory=dict)  # call -> application code
    quota: tuple[Quota, ...] = ()
    channels: dict[str, Connection] = field(default_factory=dict)
    failing: frozenset[str] = frozenset()  # keys whose publication fails
    own_files: dict[str, str] = field(default_factory=dict)  # file id -> digest
    calls: list[str] = field(default_factory=list)
    public: list[tuple[str, datetime]] = field(default_factory=list)  # what went out: key and moment
    _history: dict[str, list[tuple[float, Item]]] = field(default_factory=dict)

    # --- how it really is ---

    @property
    def writes(self) -> list[str]:
        return [call for call in self.calls if not call.startswith("read")]

    def put(self, *items: Item) -> None:
        for one in items:
            self._history.setdefault(one.id, []).append((self.clock.monotonic(), one))

    def truth(self) -> dict[str, Item]:
        self._fire()
        return {item_id: versions[-1][1] for item_id, versions in self._history.items()}

    def of_key(self, key: str) -> list[Item]:
        return [one for one in self.truth().values() if one.key == key]

    def edit(self, item_id: str, **changes: Any) -> None:
        """Somebody changes an item in the dashboard."""
        self.put(replace(self.truth()[item_id], **changes))

    def _fire(self) -> None:
        for versions in self._history.values():
            one = versions[-1][1]
            if one.status is Status.SCHEDULED and one.at is not None and one.at <= self.clock.now():
                self._go_out(one, one.at)

    def _go_out(self, one: Item, moment: datetime) -> Item:
        failed = one.key in self.failing
        done = replace(one, status=Status.FAILED if failed else Status.PUBLISHED, error="no" if failed else "")
        self.put(done)
        if not failed:
            self.public.append((one.key, moment))
        return done

    # --- calls ---

    def _call(self, name: str, work: Callable[[], Any]) -> Any:
        self._fire()
        number = len(self.calls)
        self.calls.append(name)
        fault = self.faults.get(number, "")
        if name.startswith("read"):
            if fault:
                if "kill" in fault:
                    raise Killed
                raise IncompleteRead("no complete answer")
            return work()
        if fault == "kill":
            raise Killed
        if fault in ("refused", "lost"):
            raise WriteError("no answer", reply=ReplyClass.NOT_SENT if fault == "refused" else ReplyClass.UNKNOWN)
        if code := self.refuse.get(name):
            raise WriteError("refused", reply=ReplyClass.REJECTED, application_code=code)
        result = work()
        if fault == "done-kill":
            raise Killed
        if fault == "done-lost":
            raise WriteError("no answer", reply=ReplyClass.UNKNOWN)
        return result

    def _visible(self, one: Item) -> bool:
        return self.tombstones or one.status is not Status.DELETED

    def _listed(self) -> list[Item]:
        seen = self.clock.monotonic() - self.lag
        then = ([one for when, one in versions if self.lag == 0 or when <= seen] for versions in self._history.values())
        return [versions[-1] for versions in then if versions and self._visible(versions[-1])]

    # --- Reader ---

    def digest_of(self, file_id: str) -> str:
        return self.own_files.get(file_id, "")

    def server_time(self) -> datetime | None:
        return self.clock.now()

    def items(self, *, finals: bool) -> tuple[Item, ...]:
        return self._call("read items", lambda: tuple(i for i in self._listed() if finals or not i.status.final))

    def item(self, item_id: str) -> Item | None:
        def get() -> Item | None:
            one = self.truth().get(item_id)
            return one if one is not None and self._visible(one) else None

        return self._call("read item", get)

    def items_by_id(self, item_ids: Iterable[str]) -> tuple[Item, ...]:
        wanted = set(item_ids)
        return self._call(
            "read items by id",
            lambda: tuple(one for one in self.truth().values() if one.id in wanted and self._visible(one)),
        )

    def find(self, key: str) -> tuple[Item, ...]:
        return self._call("read find", lambda: tuple(one for one in self._listed() if one.key == key))

    def carrying(self, wanted: Iterable[str]) -> tuple[Item, ...]:
        some = set(wanted)
        return self._call("read carrying", lambda: tuple(one for one in self._listed() if one.key in some))

    def connections(self, channels: Iterable[str]) -> tuple[Connection, ...]:
        def get() -> tuple[Connection, ...]:
            accounts = (ACCOUNT, replace(ACCOUNT, second_id="3", name="Berlin"))
            usual = Connection(channel="facebook", token=TokenStatus.VALID, accounts=accounts)
            return tuple(self.channels.get(name, replace(usual, channel=name)) for name in channels)

        return self._call("read connections", get)

    def quotas(self) -> tuple[Quota, ...]:
        return self._call("read quotas", lambda: self.quota)

    # --- Writer ---

    def upload(self, ref: MediaRef, open_media: Callable[[MediaRef], BinaryIO]) -> RemoteMedia:
        def put() -> RemoteMedia:
            open_media(ref).close()
            return RemoteMedia(digest=ref.digest, file_id=f"f-{ref.digest[:4]}", url="https://example.com/f")

        return self._call("upload", put)

    def create(self, intent: Intent, account: AccountInfo, media: Mapping[str, RemoteMedia]) -> Item:
        assert all(ref.digest in media for ref in intent.content.media if not ref.file_id)

        def make() -> Item:
            holders = self.of_key(intent.key)
            if self.unique == "U3":
                holders = [one for one in holders if one.status is not Status.DELETED]
            if self.unique in ("U1", "U3") and holders:
                raise WriteError("key taken", reply=ReplyClass.REJECTED, application_code=KEY_TAKEN)
            one = Item(
                id=f"n{len(self._history):03d}",
                key=intent.key,
                status=Status.DRAFT,
                cell=intent.target.cell,
                account_id=account.account_id,
                second_id=account.second_id,
                fields=content_fields(intent.content),
            )
            self.put(one)
            return self.truth()[one.id]

        return self._call("create", make)

    def _live(self, item_id: str, *statuses: Status) -> Item:
        one = self.truth().get(item_id)
        if one is None:
            raise WriteError("gone", reply=ReplyClass.REJECTED, application_code="ITEM_NOT_EXISTS")
        if one.status not in statuses:
            code = {Status.PUBLISHED: "ITEM_IS_PUBLISHED", Status.DELETED: "ITEM_IS_DELETED"}.get(one.status, "STATE")
            raise WriteError(f"it is {one.status}", reply=ReplyClass.REJECTED, application_code=code)
        return one

    def _changed(self, one: Item, **changes: Any) -> Item:
        self.put(replace(one, **changes))
        return self.truth()[one.id]

    def update(self, item: Item, intent: Intent, account: AccountInfo, media: Mapping[str, RemoteMedia]) -> Item:
        assert (item.account_id, item.second_id) == (account.account_id, account.second_id)
        assert all(ref.digest in media for ref in intent.content.media if not ref.file_id)

        def change() -> Item:
            one = self._live(item.id, Status.DRAFT, Status.SCHEDULED)
            return self._changed(one, fields=content_fields(intent.content))

        return self._call("update", change)

    def _free(self, one: Item) -> None:
        rivals = [other for other in self.of_key(one.key) if other.id != one.id and other.status in _HOLDS_KEY]
        if self.unique != "U0" and rivals:
            raise WriteError("key taken", reply=ReplyClass.REJECTED, application_code=KEY_TAKEN)

    def _ahead(self, moment: datetime) -> None:
        assert moment > self.clock.now(), "a request with a date that is past must never be made"

    def schedule(self, item_id: str, at: datetime) -> Item:
        def change() -> Item:
            self._ahead(at)
            one = self._live(item_id, Status.DRAFT, Status.SCHEDULED)
            self._free(one)
            return self._changed(one, status=Status.SCHEDULED, at=at)

        return self._call("schedule", change)

    def publish(self, item_id: str) -> Item:
        def change() -> Item:
            one = self._live(item_id, Status.DRAFT)
            self._free(one)
            return self._go_out(one, self.clock.now())

        return self._call("publish", change)

    def reschedule(self, item_id: str, at: datetime) -> Item:
        def change() -> Item:
            self._ahead(at)
            return self._changed(self._live(item_id, Status.SCHEDULED), at=at)

        return self._call("reschedule", change)

    def cancel(self, item_id: str) -> Item:
        return self._call(
            "cancel", lambda: self._changed(self._live(item_id, Status.SCHEDULED), status=Status.CANCELED)
        )

    def delete(self, item_id: str) -> None:
        def change() -> None:
            one = self.truth().get(item_id)
            if one is not None and one.status is not Status.DELETED:
                self._changed(one, status=Status.DELETED)

        self._call("delete", change)


@dataclass(kw_only=True)
class Shop:
    """One site with its memory: runs the real observation, plan, apply and memory against a Service."""

    service: Service = field(default_factory=Service)
    site: Site = SITE
    policy: Policy = POLICY
    state: State = field(default_factory=lambda: State(site="main"))
    base: tuple[Intent, ...] = ()
    pace: Pace = PACE
    last: tuple[Outcome, ...] = ()

    @property
    def _workspace(self) -> Any:
        tree = SimpleNamespace(blob=lambda path: f"blob of {path}")
        settings = SimpleNamespace(policy=self.policy, sites={SITE.name: SITE})
        return SimpleNamespace(settings=settings, commit="c0ffee", tree=tree)

    def observed(self, *intents: Intent, reviewing: bool = False) -> Observed:
        environment = SimpleNamespace(clock=self.service.clock, progress=lambda _: None)
        return observe(
            self._workspace,
            self.site,
            self.service,
            intents=intents,
            state=self.state,
            base={one.key: one for one in self.base},
            reviewing=reviewing,
            environment=environment,  # type: ignore[arg-type]
        )

    def plan(self, *intents: Intent, reviewing: bool = True) -> Plan:
        return self.observed(*intents, reviewing=reviewing).plan

    def apply(self, *intents: Intent) -> ExitCode:
        """One run, its outcomes in `last`; what it confirmed is remembered, unless it was killed."""
        observed = self.observed(*intents)
        run = self.run(observed)
        run.carry_out()
        self.state = remembered(
            self.state,
            run.outcomes,
            workspace=self._workspace,
            site=self.site,
            media=run.writes.media,
            now=self.service.clock.now(),
        )
        self.last = run.audited(PREFIX) if run.wrote else tuple(run.outcomes)
        self.base = intents
        assert [one.change for one in self.last] == list(observed.plan.changes), "every change has one outcome"
        return worst([ExitCode(outcome.exit_code) for outcome in self.last])

    def run(self, observed: Observed) -> Run:
        return Run(
            plan=observed.plan,
            writes=Writes(
                writer=self.service,
                clock=self.service.clock,
                pace=self.pace,
                delivery=self.site.delivery,
                accounts=observed.accounts,
                open_media=lambda _: io.BytesIO(b""),
                claim=self._claim,
                unclaim=self._unclaim,
            ),
            clock=self.service.clock,
            deadline=self.service.clock.monotonic() + 1200,
        )

    def _claim(self, key: str) -> bool:
        if key in self.state.claims:
            return False
        self.state = replace(self.state, claims={**self.state.claims, key: "now"})
        return True

    def _unclaim(self, key: str) -> None:
        self.state = replace(self.state, claims={name: at for name, at in self.state.claims.items() if name != key})

    def codes(self) -> dict[str, str]:
        """By post and attempt, what the last run said of it."""
        return {outcome.change.key.removeprefix(PREFIX): outcome.code for outcome in self.last}
