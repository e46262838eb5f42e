"""How a case is judged, from the emulator's two records and exit codes alone: safety always, liveness after faults."""

import base64
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from .command import Result
from .content import NAMESPACE, SITE, TARGETS, Want
from .faults import ELSEWHERE
from .service import KEY, WRITES
from .world import World

KNOWN_CODES = frozenset({0, 3, 4, 5, 6, 7, 8, 9, 11, 130, 143})
OURS = f"ss1.{NAMESPACE}.{SITE}."
LIVE = ("SCHEDULED", "IN_QUEUE", "PROCESSING", "PUBLISHED")
NOT_SENT_AGAIN = ("the same request once more", "carried out late, unanswered")
"""What the emulator notes of requests that a proxy repeats or a gateway delays: the command has sent them once."""

FOR_NOW = (
    "INELIGIBLE_FOR_FEATURE",
    "PUBLISH_LIMIT_EXCEEDED",
    "USER_NOT_EXIST_FOR_CHANNEL",
    "USER_IS_DISCONNECTED",
    "NO_PAGES_FOR_USER",
)
GATE = (401, 403, 429)
"""Answers after which nothing was published for certain, and another time it may be."""

LEAKS = tuple({KEY, quote(KEY, safe=""), base64.b64encode(KEY.encode()).decode().rstrip("=")})


class Violation(AssertionError):
    """A promise was broken: `promise` is its number in DESIGN section 5."""

    def __init__(self, promise: int, what: str) -> None:
        super().__init__(f"promise {promise}: {what}")
        self.promise = promise


# --- safety: after every step, under any number of faults -----------------------------------------


def safe(world: World, foreign: tuple[str, ...] = (), *, doubles_allowed: bool = False) -> None:
    """No double, early, wrong or misplaced publication; foreign items untouched; the key in no byte written."""
    _publications(world, doubles_allowed=doubles_allowed)
    _requests(world, foreign)
    _secret(world)


def _publications(world: World, *, doubles_allowed: bool) -> None:
    seen: Counter[str] = Counter()
    for line in world.service.feed(world.site_id):
        key = line["reference"] or ""
        if not key.startswith(OURS):
            continue
        seen[key] += 1
        if seen[key] > 1 and not doubles_allowed:
            raise Violation(1, f"{key} went out {seen[key]} times")
        if key in world.by_hand:
            continue  # a person has changed or published it
        wants = world.approved.get(key)
        if not wants:
            raise Violation(2, f"{key} went out and no commit asked for it")
        if all(differs(line, want) for want in wants) and not between(line, wants):
            raise Violation(2, f"{key} went out as no commit has it: {differs(line, wants[-1])}")


def between(line: dict[str, Any], wants: list[Want]) -> bool:
    """Words of one commit at the moment of another, never before the last of these moments: what two requests leave
    behind when the second one never came."""
    worded = any(not misworded(line, want) for want in wants)
    timed = any(not mistimed(line, want) for want in wants)
    return worded and timed and datetime.fromisoformat(line["time"]) >= max(want.earliest for want in wants)


def differs(line: dict[str, Any], want: Want) -> str:
    """What about this publication is not as wanted; empty if all is."""
    return misworded(line, want) or mistimed(line, want)


def misworded(line: dict[str, Any], want: Want) -> str:
    """Account, kind, words and files."""
    target, content = TARGETS[want.target], line["content"]
    if (line["account"], line["second"]) != (target.account, target.second):
        return f"on account {line['account']}/{line['second']}"
    if (line["channel"], line["type"]) != (target.channel, target.type):
        return f"as {line['channel']} {line['type']}"
    if content.get(target.text, "").strip() != want.text:
        return f"with the text {content.get(target.text)!r} instead of {want.text!r}"
    if tuple(media["digest"] for media in line["media"]) != want.media:
        return f"with the files {line['media']}"
    return ""


def mistimed(line: dict[str, Any], want: Want) -> str:
    """The moment."""
    time = datetime.fromisoformat(line["time"])
    if time < want.earliest:
        return f"early, {time} before {want.earliest}"
    return f"late, {time} after {want.latest}" if time > want.latest else ""


def _requests(world: World, foreign: tuple[str, ...]) -> None:
    items = {item["id"]: item.get("referenceId") or "" for item in world.service.items(world.site_id)}
    sent: Counter[str] = Counter()
    for request in world.service.requests(world.watched_from):
        operation, body = request["operation"], request["body"]
        if request["path"] == ELSEWHERE:
            raise Violation(10, "a redirect was followed")
        if operation is None or operation not in WRITES:
            continue
        named = (request["path"].split("/items/")[1].split("/")[0] if "/items/" in request["path"] else "") or (
            body.get("id", "") if isinstance(body, dict) else ""
        )
        if named in foreign:
            raise Violation(5, f"{operation} touched the foreign item {named}")
        if operation == "create_draft_item":
            key = body["item"].get("referenceId", "")
            if not key.startswith(OURS):
                raise Violation(1, f"a create with the key {key!r}")
        if operation in ("publish_item", "bulk_publish_items"):
            raise Violation(2, f"{operation} leaves no moment to compare and must not be used")
        if operation != "publish_item_by_id" or named not in items:
            continue
        if world.setting.local:
            _at_once(world, request, items[named])
            refused = request["status"] in GATE or request["code"] in FOR_NOW
            repeated = (request["note"] or "") in NOT_SENT_AGAIN
            sent[items[named]] += not repeated and (not refused or bool(request["committed"]))
        elif "scheduledDate" not in body:
            raise Violation(2, f"an immediate publish of {items[named]}")
    if twice := [key for key, times in sent.items() if times > 1]:
        raise Violation(1, f"publishing at once was sent more than once: {twice}")


def _at_once(world: World, request: dict[str, Any], key: str) -> None:
    """`delivery: local`: no date is ever sent, and nothing outside of the time that a commit gives."""
    if "scheduledDate" in request["body"]:
        raise Violation(2, f"a date was sent for {key}, on a site that schedules by itself")
    time = datetime.fromisoformat(request["time"])
    if not any(want.earliest <= time <= want.latest for want in world.approved.get(key, ())):
        raise Violation(2, f"{key} was sent out at {time}, which no commit allows")


def _secret(world: World) -> None:
    for text in world.written:
        if any(leak in text for leak in LEAKS):
            raise Violation(10, f"the key was printed: {text[:300]}")
    if not world.setting.wix:
        return  # an emulator site is given no key
    for path in world.folder.rglob("*"):
        if path.is_file() and any(leak.encode() in path.read_bytes() for leak in LEAKS):
            raise Violation(10, f"the key is in {path.relative_to(world.folder)}")


# --- one run --------------------------------------------------------------------------------------


def plausible(result: Result, *, also: int = 0) -> None:
    """A code of the list (and `also`), and no traceback: 1 is a bug, and 10 never happens by the tool's own doing."""
    if result.code not in KNOWN_CODES and result.code != also:
        raise Violation(3, f"exit {result.code}: {result.err[-1500:]}{result.out[-500:]}")
    if "Traceback" in result.err:
        raise Violation(3, f"a traceback: {result.err[-1500:]}")


def named(world: World, result: Result) -> None:
    """Nothing lost silently: with exit 0 every post that git wants live is; else it, or the whole site, is named."""
    if result.code in (-9, 130, 143) and result.report is None:
        return
    if result.report is None:
        if result.code != 0 and result.err.strip():
            return  # named on stderr, before there was a site to report on
        raise Violation(3, f"exit {result.code} with neither report nor message: {result.out[:300]!r}")
    sites = result.report["sites"]
    if result.report["problems"] or any(site["failure"] for site in sites):
        return
    told = {outcome["key"] for site in sites for outcome in site["outcomes"]}
    if missing := set(world.expected) - told:
        raise Violation(3, f"exit {result.code}, and nothing is said of {sorted(missing)}")
    counts = Counter(outcome["key"] for site in sites for outcome in site["outcomes"])
    fenced = [key for key, number in counts.items() if number > 1]
    if fenced:
        raise Violation(3, f"named more than once: {fenced}")


def wanted_lives(world: World) -> None:
    """Every post that git wants is scheduled or public, once, with the wanted words and time; with `delivery: local`
    a draft until it is due."""
    items, now = _living(world), world.now()
    for key, want in world.expected.items():
        target, found = TARGETS[want.target], _standing(items.get(key, []))
        if len(found) != 1:
            raise Violation(3, f"{len(found)} live items carry {key}")
        item = found[0]
        if (item[target.content].get(target.text) or "").strip() != want.text:
            raise Violation(3, f"{key} is live with {item[target.content].get(target.text)!r}, not {want.text!r}")
        if item["status"] == "DRAFT" and want.earliest <= now:
            raise Violation(3, f"{key} is due since {want.earliest} and still a draft")
        if item["status"] == "SCHEDULED":
            at = datetime.fromisoformat(item["schedulingInfo"]["scheduledDate"])
            if not want.earliest <= at <= want.latest:
                raise Violation(2, f"{key} is scheduled for {at}, not between {want.earliest} and {want.latest}")


def _standing(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that go out. A request that the service carries out twice leaves a second draft, which is named and never
    published: the one that is kept up to date is the newest change."""
    live = [item for item in items if item["status"] != "DRAFT"]
    return live or sorted(items, key=lambda item: item["draftInfo"]["updatedDate"])[-1:]


def _living(world: World) -> dict[str, list[dict[str, Any]]]:
    """Items that are or will be public, by key."""
    alive = (*LIVE, "DRAFT") if world.setting.local else LIVE
    items: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in world.service.items(world.site_id):
        if item["status"] in alive and not item.get("external"):
            items[item.get("referenceId") or ""].append(item)
    return items


def settled(world: World) -> None:
    """What git wants lives, and nothing else of ours waits to go out, older attempts least of all."""
    wanted_lives(world)
    items = _living(world)
    older = {f"{key.rsplit('.a', 1)[0]}.a{number}" for key in world.expected for number in range(1, _attempt(key))}
    left = [item for item in world.service.items(world.site_id) if item.get("referenceId") in older]
    if any(item["status"] in ("DRAFT", "SCHEDULED") for item in left):
        raise Violation(
            1, f"an older attempt may still go out: {[(one['referenceId'], one['status']) for one in left]}"
        )
    if extra := [key for key in items if key.startswith(OURS) and key not in world.expected and _waits(items[key])]:
        raise Violation(3, f"still going out although git does not want it: {extra}")


def _attempt(key: str) -> int:
    return int(key.rsplit(".a", 1)[1])


def _waits(items: list[dict[str, Any]]) -> bool:
    return any(item["status"] == "SCHEDULED" for item in items)


# --- liveness: when the faults have stopped -------------------------------------------------------


def writes(world: World, since: int) -> list[str]:
    return [
        request["operation"]
        for request in world.service.requests(since)
        if (request["operation"] in WRITES or request["operation"] == "upload_file")
        and "late" not in (request["note"] or "")  # sent by an earlier run, carried out only now
    ]


def converges(world: World, codes: frozenset[int], foreign: tuple[str, ...]) -> None:
    """At most two runs to the wanted state, and then one that writes nothing.

    `codes` are what a settled flow may exit with: 0, or what a person has to decide.
    """
    for _ in range(2):
        result = world.apply()
        plausible(result)
        safe(world, foreign)
        named(world, result)
        if result.code in codes:
            break
    else:
        raise Violation(4, f"two re-runs did not converge: exit {result.code}: {result.err}{told(result)}")
    settled(world)
    since = world.service.last_request()
    again = world.apply()
    plausible(again)
    if again.code not in codes:
        raise Violation(4, f"a run after convergence exits {again.code}: {told(again)}")
    if found := writes(world, since):
        raise Violation(4, f"a run after convergence wrote {found}")


def came_out(world: World, codes: frozenset[int], foreign: tuple[str, ...] = ()) -> None:
    """All moments pass: the feed has exactly what git asked for, and (free clock) one more run writes nothing."""
    if world.setting.local:
        _are_sent(world, codes)
    begun = world.now()
    last = max([want.latest for want in world.expected.values()], default=world.base) + timedelta(hours=1)
    if world.setting.wix:
        world.service.control("POST", "clock/advance", {"by": (last - world.now()).total_seconds()})
    else:
        world.set_clock(max(last, world.now()))
    feed = {line["reference"]: line for line in world.service.feed(world.site_id) if line["reference"]}
    safe(world, foreign)
    for key, want in world.expected.items():
        if key not in feed and world.setting.local and world.setting.wix and want.earliest > begun:
            continue  # no run of this machine's clock comes so late
        if key not in feed:
            raise Violation(3, f"{key} never came out")
        if complaint := differs(feed[key], want):
            raise Violation(2, f"{key} came out {complaint}")
    if world.setting.wix:
        return  # this machine's clock stays where it is, so the command would rightly refuse to work
    since = world.service.last_request()
    after = world.apply()
    plausible(after)
    if after.code not in codes:
        raise Violation(3, f"after everything is out a run exits {after.code}: {told(after)}")
    if found := writes(world, since):
        raise Violation(4, f"after everything is out a run wrote {found}")


def _are_sent(world: World, codes: frozenset[int]) -> None:
    """`delivery: local`: a run when each moment has come, as far as the clock can be set."""
    moments = {want.earliest for want in world.expected.values() if want.earliest > world.now()}
    for moment in sorted(() if world.setting.wix else moments):
        world.set_clock(moment + timedelta(minutes=1))
        result = world.apply()
        plausible(result)
        if result.code not in codes:
            raise Violation(3, f"when it was due a run exits {result.code}: {told(result)}")


def told(result: Result) -> str:
    if result.report is None:
        return result.out[-800:] + result.err[-800:]
    lines = []
    for site in result.report["sites"]:
        if site["failure"]:
            lines.append(str(site["failure"]))
        lines += [
            f"{one['kind']} {one['change']} {one['key']} {one['code']} {one['message']}"
            for one in site["outcomes"]
            if one["code"] or one["kind"] != "done"
        ]
    return "\n  ".join(["", *lines])
