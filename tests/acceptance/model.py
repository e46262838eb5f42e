"""S7: random histories of editors, dashboard, time, faults and kills, against the suite's own idea of the rules."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from . import judge
from .bench import Bench, Seen, Suite, setting_of
from .command import signalled
from .content import Post
from .faults import FAULTS

SEQUENCES = 150
STEPS = 25
NUMBERS = st.integers(0, 5)
HOURS = st.integers(1, 40)
ENDINGS = st.sampled_from(("edit", "cancel", "delete", "publish"))
LOSING = st.sampled_from(
    ("T5-reset-sending", "T6-no-reply", "T8-reset-committed", "T9-late-3", "T11-truncated", "H2-429-bare", "H4-500",
     "H5-500-committed", "H8-504-late", "H9-400-html", "H17-200-html-committed", "H18-200-shape")
)  # fmt: skip


def machine(bench: Bench, profile: str) -> type[RuleBasedStateMachine]:
    """The state machine over worlds of this bench."""

    class History(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            self._world = bench.world(setting_of(profile))
            self.world = self._world.__enter__()
            self.foreign = self.world.foreign()
            self.touched: set[str] = set()  # posts that a person or the clock has made a special case of
            self.put(Post(id="first", when=self.world.at(hours=60), text="Always there"))

        def teardown(self) -> None:
            if not hasattr(self, "world"):
                return
            try:
                self.finish()
            finally:
                self._world.__exit__(None, None, None)

        def put(self, *posts: Post, remove: tuple[str, ...] = ()) -> None:
            self.world.put(*posts, remove=remove)

        def post(self, number: int) -> Post | None:
            return self.world.posts.get(f"post-{number}")

        def note_due(self) -> None:
            """Posts whose moment is near or past cannot be promised to go out as their file now says."""
            near = self.world.now() + timedelta(minutes=30)
            self.touched |= {p.id for p in self.world.posts.values() if isinstance(p.when, datetime) and p.when < near}

        # Editors

        @rule(number=NUMBERS, hours=HOURS)
        def add(self, number: int, hours: int) -> None:
            if self.post(number) is None and f"post-{number}" not in self.touched:
                when = self.world.now().replace(second=0, microsecond=0) + timedelta(hours=hours)
                self.put(Post(id=f"post-{number}", when=when, text=f"Words of {number}"))

        @rule(number=NUMBERS)
        def edit(self, number: int) -> None:
            self.note_due()
            if post := self.post(number):
                self.put(replace(post, text=f"{post.text}+"))

        @rule(number=NUMBERS, hours=HOURS)
        def move(self, number: int, hours: int) -> None:
            self.note_due()
            if post := self.post(number):
                when = self.world.now().replace(second=0, microsecond=0) + timedelta(hours=hours)
                self.put(replace(post, when=when))

        @rule(number=NUMBERS)
        def cancel(self, number: int) -> None:
            if post := self.post(number):
                self.touched.add(post.id)
                self.put(replace(post, more={"state": "canceled"}))

        @rule(number=NUMBERS)
        def remove(self, number: int) -> None:
            if post := self.post(number):
                self.touched.add(post.id)
                self.put(remove=(post.id,))

        @rule(number=NUMBERS)
        def rename(self, number: int) -> None:
            if post := self.post(number):
                self.put(replace(post, path=f"posts/{len(post.file)}/{post.id}.yaml"))

        @rule(number=NUMBERS, hours=HOURS)
        def raise_attempt(self, number: int, hours: int) -> None:
            if post := self.post(number):
                self.touched.add(post.id)
                attempt = int(post.targets["linkedin"].get("attempt", "1")) + 1
                when = self.world.now().replace(second=0, microsecond=0) + timedelta(hours=hours)
                self.put(replace(post, targets={"linkedin": {"attempt": str(attempt)}}, more={}, when=when))

        # People in the dashboard, and time

        @rule(number=NUMBERS, action=ENDINGS)
        def by_hand(self, number: int, action: str) -> None:
            name = f"post-{number}"
            for item in self.world.service.items(self.world.site_id):
                if f".{name}." not in (item.get("referenceId") or "") or item["status"] != "SCHEDULED":
                    continue
                self.touched.add(name)
                self.world.by_hand.add(item["referenceId"])
                more: dict[str, Any] = {"set": {"caption": "by hand"}} if action == "edit" else {}
                self.world.service.dashboard(action, item=item["id"], **more)

        @rule(minutes=st.sampled_from((1, 20, 90, 600)))
        def tick(self, minutes: int) -> None:
            self.world.service.control("POST", "clock/advance", {"by": minutes * 60})
            self.note_due()

        # Runs

        @rule()
        def plan(self) -> None:
            since = self.world.service.last_request()
            judge.plausible(self.world.run("plan", "--format", "json"))
            assert not judge.writes(self.world, since)

        @rule()
        def apply(self) -> None:
            result = self.world.apply()
            judge.plausible(result)
            judge.named(self.world, result)

        @rule(fault=LOSING, skip=st.integers(0, 9))
        def apply_with_fault(self, fault: str, skip: int) -> None:
            self.world.service.fault(**FAULTS[fault].rule, skip=skip, times=1)
            result = self.world.apply()
            judge.plausible(result)
            judge.named(self.world, result)
            self.world.service.clear_faults()

        @rule(skip=st.integers(0, 9), after=st.booleans())
        def kill(self, skip: int, after: bool) -> None:
            hold = self.world.service.hold(skip=skip, when="after" if after else "before")
            running = self.world.start("apply", "--format", "json")
            if any(one["waiting"] for one in self.world.service.held(0.7)):
                signalled(running)
            self.world.ended(running)
            self.world.service.release(hold)

        @rule()
        def new_machine(self) -> None:
            """State is lost: what was deleted by hand may then be made again, as the rules say."""
            self.world.forget()

        @rule()
        def two_at_once(self) -> None:
            clone = self.world.second_clone(f"other-{self.world.service.last_request()}")
            running = [
                self.world.start("apply", "--format", "json", where=where) for where in (self.world.clone, clone)
            ]
            for one in running:
                judge.plausible(self.world.ended(one))

        @invariant()
        def nothing_wrong_is_public(self) -> None:
            if hasattr(self, "world"):
                judge.safe(self.world, self.foreign)

        def finish(self) -> None:
            self.note_due()
            for _ in range(2):
                judge.plausible(self.world.apply())
            since = self.world.service.last_request()
            last = self.world.apply()
            judge.plausible(last)
            judge.named(self.world, last)
            if found := judge.writes(self.world, since):
                raise judge.Violation(4, f"the third quiet run wrote {found}: {judge.told(last)}")
            plain = {key: want for key, want in self.world.expected.items() if key.split(".")[3] not in self.touched}
            assert last.report is not None
            told = {one["key"] for one in last.report["sites"][0]["outcomes"] if one["kind"] != "done"}
            self.world.expected = {key: want for key, want in plain.items() if key not in told}
            if last.code == 0 and set(plain) - set(self.world.expected):
                raise judge.Violation(3, f"exit 0, but not everything is done: {judge.told(last)}")
            judge.wanted_lives(self.world)
            self.world.set_clock(self.world.now() + timedelta(hours=100))
            judge.safe(self.world, self.foreign)
            out = {line["reference"] for line in self.world.service.feed(self.world.site_id)}
            if missing := set(self.world.expected) - out:
                raise judge.Violation(3, f"scheduled, but never out: {sorted(missing)}")

    return History


def _cases(_: Bench) -> Iterator[tuple[str, ...]]:
    for number in range(SEQUENCES):
        yield ("u1", "u2", "u3")[number % 3], str(number)


def _run(bench: Bench, case: tuple[str, ...], _: Seen) -> None:
    profile, number = case
    chosen = settings(
        max_examples=3,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    run_state_machine_as_test(seed(int(number))(machine(bench, profile)), settings=chosen)  # type: ignore[no-untyped-call]


SUITES = (Suite(name="S7", title="random histories against a model", cases=_cases, run=_run),)
