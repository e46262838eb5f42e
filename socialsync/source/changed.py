"""What a change touches: the posts of an older commit beside those of this one, read only where they may differ."""

from __future__ import annotations

from socialsync import config
from socialsync.canonical import content_fields
from socialsync.model.intents import Intent
from socialsync.source import git, posts
from socialsync.source.posts import Loaded
from socialsync.source.tree import GitTree


class _Everything:
    """Holds every key: the older commit is history and is not judged."""

    def __contains__(self, key: object) -> bool:
        return True


def before(loaded: Loaded, root: str, base: str, head: str | None = None) -> dict[str, Intent]:
    """By key, what the files wanted at the commit `base`; nothing where its configuration is invalid.

    `loaded` is the commit `head`, or the work tree (None). Reads the posts that differ, by themselves or by their
    media, and all of them only if something that they share does. Raises git.GitError.
    """
    paths = git.changed(root, base, head)
    shared = any(path.rpartition("/")[2] in (config.FILE, posts.VARIABLES) for path in paths)
    by_media = {intent.location.path for intent in loaded.intents for ref in intent.content.media if ref.path in paths}
    differ = None if shared else paths | by_media
    with GitTree(root, base) as tree:
        settings, _ = config.load(tree)
        if settings is None:
            return {}
        old = posts.load(settings, tree, history=_Everything(), only=differ).intents
    same = () if differ is None else (intent for intent in loaded.intents if intent.location.path not in differ)
    return {intent.key: intent for intent in (*same, *old)}


def touched(loaded: Loaded, root: str, base: str, head: str | None = None) -> frozenset[str]:
    """The keys of those targets of `loaded` that are new or say something else than at the commit `base`. A file that
    was only moved touches nothing. Raises git.GitError."""
    said = {key: _says(intent) for key, intent in before(loaded, root, base, head).items()}
    return frozenset(intent.key for intent in loaded.intents if said.get(intent.key) != _says(intent))


def _says(intent: Intent) -> object:
    return content_fields(intent.content), intent.timing, intent.state, intent.adopt
