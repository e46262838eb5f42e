"""Paths as posts write them: from the root of the repository, with `/`, never out of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from socialsync.source.words import shown, suggest

_ENDINGS = (".yaml", ".yml", ".yaml.txt", ".yml.txt")


def complaint(path: str) -> tuple[str, str] | None:
    """Message and hint if `path` is not a plain relative path inside the repository."""
    if "\\" in path:
        return f"{shown(path)} is written with “\\”.", "Write “/” between the folders."
    if path.startswith(("https://", "http://")):
        hint = "Put the picture into the repository, or write “wix:” and its id in the Media Manager."
        return f"{shown(path)} is an address, not a file of this repository.", hint
    parts = path.split("/")
    if path.startswith(("/", "~")) or ":" in parts[0]:
        return f"{shown(path)} is not a path of this repository.", "Write it from the repository's root: posts/media/…"
    if ".." in parts:
        return f"{shown(path)} leads out of the repository.", "Only files of the repository can be posted."
    if not all(parts) or "." in parts:
        return (
            f"{shown(path)} is not written plainly.",
            f"Write “{'/'.join(part for part in parts if part not in ('', '.'))}”.",
        )
    if parts[0].lower() == ".git":
        return f"{shown(path)} belongs to git.", "Only files of the repository can be posted."
    return None


def is_text(path: str) -> bool:
    """Whether it is UTF-8 in the file system; nothing else can be written into State."""
    if path.isascii():
        return True
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def names_a_post(name: str) -> bool:
    """Whether a file of this name is a post, or was meant to be one (`.yml`, or what text editors append)."""
    return not name.startswith("_") and name.lower().endswith(_ENDINGS)


def as_a_post(path: str) -> str:
    """The name that such a file should have."""
    ending = next(ending for ending in reversed(_ENDINGS) if path.lower().endswith(ending))
    return f"{path[: -len(ending)]}.yaml"


def inside(path: str, places: Collection[str]) -> bool:
    """Whether `path` is one of `places` or lies below one; “.” is the whole repository."""
    return any(place in (".", path) or path.startswith(f"{place}/") for place in places)


def nearest(path: str, names: Iterable[str]) -> str:
    """What a missing file was probably meant to be, of the names that its folder holds."""
    folder, slash, name = path.rpartition("/")
    known = list(names)
    same = next((other for other in known if other.lower() == name.lower()), None)
    if same is not None:
        return f"Upper and lower case differ: write “{folder}{slash}{same}”."
    if near := suggest(name, known):
        return near.replace("“", f"“{folder}{slash}", 1)
    return "Add the file, or correct its path; it counts from the repository's root."
