"""What the suite writes into posts, and its own idea of the key and of what must come out on the channel."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

MEDIA = Path(__file__).parents[2] / "posts" / "media"
NAMESPACE = "suite"
SITE = "main"
LATE = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Target:
    """One channel and account, as the service names them."""

    part: str  # of the key
    pinned: str  # in socialsync.yaml
    channel: str
    type: str
    content: str
    text: str
    account: str
    second: str | None = None


TARGETS: Mapping[str, Target] = {
    "instagram": Target(
        part="instagram-post", pinned="17840000000000001", channel="INSTAGRAM", type="POST", content="instagramPost",
        text="caption", account="17840000000000001"),
    "facebook": Target(
        part="facebook-post", pinned="700800900", channel="FACEBOOK", type="POST", content="facebookPost",
        text="caption", account="100200300400500", second="700800900"),
    "facebook@berlin": Target(
        part="facebook-post-berlin", pinned="700800901", channel="FACEBOOK", type="POST", content="facebookPost",
        text="caption", account="100200300400500", second="700800901"),
    "linkedin": Target(
        part="linkedin-post", pinned="urn:li:organization:90411822", channel="LINKEDIN", type="POST",
        content="linkedinPost", text="caption", account="urn:li:organization:90411822",
        second="urn:li:organization:90411822"),
    "gbp": Target(
        part="gbp-post", pinned="1122/555666", channel="GBP", type="POST", content="gbpPost", text="description",
        account="1122", second="555666"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Post:
    """One file. `targets` maps a target to further lines of its own; `when` may be `asap` or `draft`; `managed` holds
    by name the file ids of those media that are named by what the media manager calls them."""

    id: str
    when: datetime | str
    text: str
    targets: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: {"linkedin": {}})
    media: Sequence[str] = ()
    managed: Mapping[str, str] = field(default_factory=dict)
    until: datetime | None = None
    more: Mapping[str, str] = field(default_factory=dict)
    path: str = ""

    @property
    def file(self) -> str:
        return self.path or f"posts/{self.id}.yaml"

    def yaml(self) -> str:
        when = self.when if isinstance(self.when, str) else written(self.when)
        lines = [f"id: {self.id}", f"schedule: {when}"]
        if self.until is not None:
            lines.append(f"until: {written(self.until)}")
        lines += [f"{name}: {value}" for name, value in self.more.items()]
        lines += ["text: |", *(f"  {line}" for line in self.text.splitlines())]
        if self.media:
            lines.append("media:")
            for name in self.media:
                managed = self.managed.get(name)
                lines.append(f'  - wix: "{managed}"' if managed else f"  - file: posts/media/{name}")
        lines.append("channels:")
        for target, own in self.targets.items():
            lines += [f"  {target}:", *(f"    {name}: {value}" for name, value in own.items())]
        return "\n".join(lines) + "\n"


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def key(post: str, target: str, attempt: int = 1, *, namespace: str = NAMESPACE, site: str = SITE) -> str:
    """DESIGN section 5, promise 1, for ids that need no shortening."""
    made = f"ss1.{namespace}.{site}.{post}.{TARGETS[target].part}.a{attempt}"
    assert len(made) <= 64, made
    return made


@dataclass(frozen=True, kw_only=True)
class Want:
    """One publication that git asks for: on whom, with which words and pictures, from when until when."""

    target: str
    text: str
    media: tuple[str, ...]  # SHA-256 of the bytes
    earliest: datetime
    latest: datetime


def wants(post: Post, now: datetime) -> dict[str, Want]:
    """What one live post asks for, by key; nothing for drafts and for what is taken back."""
    found = {}
    for name, own in post.targets.items():
        state = own.get("state", post.more.get("state", "live"))
        when = own.get("schedule", post.when)
        if state != "live" or when == "draft":
            continue
        if when == "asap":
            assert post.until is not None
            earliest, latest = now, post.until
        else:
            earliest = datetime.fromisoformat(when) if isinstance(when, str) else when
            latest = post.until or earliest + LATE
        found[key(post.id, name, int(own.get("attempt", 1)))] = Want(
            target=name,
            text=own.get("text", post.text).strip(),
            media=tuple(digest(file) for file in post.media),
            earliest=earliest,
            latest=latest,
        )
    return found


def digest(name: str) -> str:
    return hashlib.sha256((MEDIA / name).read_bytes()).hexdigest()
