"""`apply`: a fresh plan carried out, confirmed, audited and remembered."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

from socialsync.apply import Run
from socialsync.canonical import canonical_instant
from socialsync.commands import settled
from socialsync.commands.connection import CLOSING_SECONDS, DEADLINE_SECONDS, check_clock, connected
from socialsync.commands.environment import Environment
from socialsync.commands.locking import locked
from socialsync.commands.observe import Observed, observe
from socialsync.commands.pacing import pace
from socialsync.commands.places import sharpened
from socialsync.commands.recalling import with_words
from socialsync.commands.remember import remembered, worth_saving
from socialsync.commands.reporting import failure, finished
from socialsync.commands.tip import Tip, is_contained, refuse_the_past
from socialsync.commands.workspace import InvalidInput, Workspace, intents_at, load_valid, open_head, parent, states_of
from socialsync.errors import ExitCode, SocialSyncError, Superseded, worst
from socialsync.keys import namespace_prefix
from socialsync.model.intents import Intent, MediaRef
from socialsync.model.plans import Outcome
from socialsync.model.reports import Failure, Report, SiteReport
from socialsync.model.sites import Site
from socialsync.plan.news import is_old_news
from socialsync.remote.wix.adapter import Adapter
from socialsync.source.posts import Loaded
from socialsync.state import State
from socialsync.statestore import Store, amend
from socialsync.writes import Writes


def run(arguments: argparse.Namespace, environment: Environment) -> Report:
    """Every site asked for, one after another; a site that fails does not stop the next."""
    try:
        workspace = open_head(arguments.directory, environment, worktree=arguments.worktree)
        sites = workspace.sites(arguments.site)
        states, _ = states_of(workspace, sites)  # read again, and judged, when it is the site's turn
        loaded, problems = load_valid(workspace, list(states.values()))
    except InvalidInput as error:
        return Report(verb="apply", problems=error.problems, exit_code=ExitCode.INVALID)
    base = intents_at(workspace, parent(workspace), loaded)
    reports, codes = [], []
    for site in sites:
        work = _Work(
            workspace=workspace,
            site=site,
            store=workspace.store(site),
            intents=tuple(intent for intent in loaded.intents if intent.site == site.name),
            base={key: intent for key, intent in base.items() if intent.site == site.name},
            loaded=loaded,
            environment=environment,
            expected=arguments.expect,
        )
        reports.append(work.carry_out())
        noted = states[site.name].noted if site.name in states else {}
        codes.append(_code(reports[-1], noted))
    report = Report(
        verb="apply", sites=tuple(reports), problems=problems, exit_code=worst(codes), commit=workspace.commit
    )
    return finished(report, loaded)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Work:
    """One site's apply."""

    workspace: Workspace
    site: Site
    store: Store
    intents: tuple[Intent, ...]
    base: Mapping[str, Intent]
    loaded: Loaded
    environment: Environment
    expected: str | None

    def carry_out(self) -> SiteReport:
        state = State(site=self.site.name)
        try:
            with locked(self.workspace, self.site):
                state = self.store.load().about(self.site)
                tip = self._tip()
                self._refuse_an_older_commit(state, tip)
                last_write = self.environment.clock.monotonic() + DEADLINE_SECONDS - CLOSING_SECONDS
                with connected(self.workspace, self.site, state, self.environment) as adapter:
                    return self._with(adapter, state, tip, last_write)
        except SocialSyncError as error:
            return failure(self.site, error, state)

    def _tip(self) -> Tip:
        clock, pace_ = self.environment.clock, pace(self.site)
        return Tip(self.workspace.root, self.workspace.commit, self.environment.variables, clock, pace_.tip)

    def _refuse_an_older_commit(self, state: State, tip: Tip) -> None:
        """A run of an old commit (a re-run, a slow queue) must not undo what a newer one did."""
        here = self.workspace.commit
        if not self.site.emulator and not tip.is_ours():
            raise Superseded(
                f"commit {here[:12]} is not the tip of {tip.named}, which is {tip.newer[:12]}",
                hint="apply carries out that branch only: merge or push what is to be applied, and check out its tip; "
                "nothing was written.",
            )
        today = self.environment.clock.now().date()
        refuse_the_past(self.workspace.root, state.commit, here, self.site.waivers, today)

    def _with(self, adapter: Adapter, state: State, tip: Tip, last_write: float) -> SiteReport:
        observed = observe(
            self.workspace,
            self.site,
            adapter,
            intents=self.intents,
            state=state,
            base=self.base,
            reviewing=False,
            environment=self.environment,
        )
        plan = with_words(
            sharpened(observed.plan, self.workspace.tree, self.workspace.settings.policy), self.workspace, self.loaded
        )
        if self.expected is not None and not plan.digest.startswith(self.expected):
            raise Superseded(
                f"what would be done now ({plan.digest[:12]}) is not what was reviewed ({self.expected[:12]})",
                hint="Look at `socialsync plan` again; nothing was written.",
            )
        if any(change.kind.writes for change in plan.changes):
            self.store.check_writable()  # what could not be remembered is not sent
        run = self._run(adapter, replace(observed, plan=plan), tip, last_write)
        try:
            run.carry_out()
        finally:
            # Even a bug must not make the next run forget what this one saw confirmed.
            state_at, unsaved = self._remember(run, adapter)
        outcomes = run.outcomes
        if run.wrote:
            self.environment.progress(f"{self.site.name}: looking at everything once more")
            prefix = namespace_prefix(self.workspace.settings.policy.namespace, self.site.name)
            outcomes = list(run.audited(prefix))
        return SiteReport(
            site=self.site.name,
            emulator=self.site.service == "emulator",
            plan=plan,
            outcomes=tuple(outcomes),
            connections=observed.connections,
            aliases=self.site.accounts,
            delivery=self.site.delivery,
            state_at=state_at,
            failure=unsaved,
        )

    def _remember(self, run: Run, adapter: Adapter) -> tuple[datetime | None, Failure | None]:
        """Write what the run saw confirmed into State as it is by now: when that was last done, and why not now, if
        it fails; the outcomes must be told all the same."""
        now = adapter.server_time() or self.environment.clock.now()

        def changed(state: State) -> State:
            if state.moved_from(self.workspace.settings.policy.namespace, self.site) and not run.wrote:
                return state  # as long as nobody has let the move through, it is the memory of the other site
            before, media = state.about(self.site), run.writes.media
            after = remembered(before, run.outcomes, workspace=self.workspace, site=self.site, media=media, now=now)
            here = settled.after(after, run.outcomes, self.loaded, self.site, self.workspace.commit)
            after = replace(after, settled=here)
            # Past an exception for rewritten history, State moves on, or the exception would be needed for ever.
            past = not is_contained(self.workspace.root, state.commit, self.workspace.commit)
            return after if past or worth_saving(before, after) else state

        try:
            return amend(self.store, changed).at, None
        except SocialSyncError as error:
            return None, Failure.of(error)

    def _run(self, adapter: Adapter, observed: Observed, tip: Tip, last_write: float) -> Run:
        clock = self.environment.clock

        def claim(key: str) -> bool:
            taken = False

            def marked(state: State) -> State:
                nonlocal taken
                taken = key in state.claims
                at = canonical_instant(adapter.server_time() or clock.now())
                return state if taken else replace(state, claims={**state.claims, key: at})

            amend(self.store, marked)
            return not taken

        def unclaim(key: str) -> None:
            amend(self.store, lambda state: replace(state, claims={k: v for k, v in state.claims.items() if k != key}))

        def open_media(ref: MediaRef) -> BinaryIO:
            return self.workspace.tree.open(ref.path)

        def closed(planned: datetime, later: datetime) -> bool:
            # Of the day of this moment the plan has spoken, and an exception may stand in the files.
            return self.workspace.settings.policy.closes_after(max(planned, observed.plan.now), later)

        to_write = sum(change.kind.writes for change in observed.plan.changes)
        done = 0

        def told(outcome: Outcome) -> None:
            nonlocal done
            if outcome.change.kind.writes:
                done += 1
                self.environment.progress(f"{self.site.name}: {done} of {to_write}: {outcome.change.post_id}")

        writes = Writes(
            writer=adapter,
            clock=clock,
            pace=pace(self.site),
            delivery=self.site.delivery,
            accounts=observed.accounts,
            open_media=open_media,
            claim=claim,
            unclaim=unclaim,
            check_clock=lambda: check_clock(adapter, self.site, self.environment),
            stopping=self.environment.stopping,
            closed=closed,
        )
        return Run(
            plan=observed.plan,
            writes=writes,
            clock=clock,
            deadline=last_write,
            stopping=self.environment.stopping,
            still_tip=tip.is_ours if not self.site.emulator else lambda: True,
            told=told,
        )


def _code(report: SiteReport, noted: Mapping[str, str]) -> ExitCode:
    """The worst of a site; `noted` is what runs before this one have reported."""
    failed = [report.failure.exit_code] if report.failure is not None else []
    news = (outcome for outcome in report.outcomes if not is_old_news(outcome.change, noted))
    return worst([*failed, *(outcome.exit_code for outcome in news)])
