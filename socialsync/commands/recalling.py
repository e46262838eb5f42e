"""What a conflict is told with: the words of git's history that State remembers only the fingerprints of."""

from __future__ import annotations

from contextlib import suppress

from socialsync.commands.workspace import Workspace, intents_at
from socialsync.model.plans import Plan
from socialsync.plan.conflict import confirming_commits, recalled
from socialsync.source import git
from socialsync.source.posts import Loaded


def with_words(plan: Plan, workspace: Workspace, loaded: Loaded) -> Plan:
    """The plan with the words that were confirmed in its conflicts; a commit that this clone lacks has none."""
    wanted = {}
    for commit in confirming_commits(plan):
        with suppress(git.GitError):
            wanted[commit] = intents_at(workspace, commit, loaded)
    return recalled(plan, wanted)
