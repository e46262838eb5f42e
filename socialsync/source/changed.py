"""What a change touches: the targets that it adds or edits against an older commit."""

from __future__ import annotations

from socialsync import config
from socialsync.canonical import content_fields
from socialsync.model import Intent
from socialsync.source import git, posts
from socialsync.source.posts import Loaded
from socialsync.source.tree import GitTree


class _Everything:
    """Holds every key: the older commit is history and is not judged."""

    def __contains__(self, key: object) -> bool:
        return True


def touched(loaded: Loaded, root: str, base: str, head: str | None = None) -> frozenset[str]:
    """The keys of those targets of `loaded` that are new or say something else than at the commit `base`.

    `loaded` is the commit `head`, or the work tree (None). A file that was only moved touches nothing. Reads the posts
    that differ, all of them only if something that they share does. Raises git.GitError.
    """
    paths = git.changed(root, base, head)
    alone = all(
        path.endswith(".yaml") and path.rpartition("/")[2] not in (config.FILE, posts.VARIABLES) for path in paths
    )
    with GitTree(root, base) as tree:
        settings, _ = config.load(tree)
        if settings is None:
            return frozenset(intent.key for intent in loaded.intents)
        before = posts.load(settings, tree, history=_Everything(), only=paths if alone else None)
    said = {intent.key: _says(intent) for intent in before.intents}
    judged = (intent for intent in loaded.intents if not alone or intent.location.path in paths)
    return frozenset(intent.key for intent in judged if said.get(intent.key) != _says(intent))


def _says(intent: Intent) -> object:
    return content_fields(intent.content), intent.timing, intent.state, intent.adopt
