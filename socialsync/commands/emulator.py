"""`socialsync emulator`: serves the emulated Wix services, or asks and tells a running emulator something."""

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

DEFAULT_URL = "http://127.0.0.1:8090"


class TellError(Exception):
    """The emulator could not be reached, or did not take what it was told."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from socialsync.emulator.process import add_options

    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = "The Wix Social Publisher and Media services on this machine. Nothing is sent to Wix."
    parser.epilog = "example:\n  socialsync emulator --db demo.db\n  socialsync emulator clock --advance 1d"
    add_options(parser, port=8090)
    commands = parser.add_subparsers(dest="emulator_command", metavar="COMMAND", title="talk to a running emulator")

    def command(name: str, help_text: str, example: str) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=help_text,
            description=help_text,
            epilog=f"example:\n  socialsync emulator {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        url = os.environ.get("SOCIALSYNC_API", DEFAULT_URL)
        made.add_argument("--url", default=url, help="a running emulator (default: SOCIALSYNC_API or %(default)s)")
        # Its own name, so that the option of the verb itself does not set it.
        made.add_argument("--db", dest="on_db", metavar="FILE", help="start on this file for this one call")
        return made

    clock = command("clock", "show or change the virtual clock", "clock --set 2026-12-01T09:00:00Z --speed 0")
    clock.add_argument("--set", metavar="ISO", dest="now", help="an instant with an offset")
    clock.add_argument("--advance", metavar="1d2h", help="go forward by this much")
    clock.add_argument("--speed", type=float, metavar="N", help="virtual seconds a second; 0 freezes")
    clock.add_argument("--real", action="store_true", help="follow the wall clock again")
    profile = command("profile", "show the profiles, or choose one", "profile hostile")
    profile.add_argument("name", nargs="?", metavar="NAME")
    change = command("set", "show all switches, or set some", "set processing_seconds=60 tombstones=shown")
    change.add_argument("pairs", nargs="*", metavar="NAME=JSON")
    fault = command(
        "fault",
        "list the faults, order one, or clear all",
        "fault reply status=503 body=html when=after operation=publish_item_by_id",
    )
    fault.add_argument("do", nargs="?", metavar="DO", help="reply, reset, silence, delay, truncate, drip, change, ...")
    fault.add_argument("pairs", nargs="*", metavar="NAME=JSON")
    fault.add_argument("--clear", action="store_true", help="forget all faults")
    hold = command("hold", "list the holds, or hold requests", "hold operation=publish_item_by_id when=before")
    hold.add_argument("pairs", nargs="*", metavar="NAME=JSON")
    release = command("release", "let held requests go on", "release 1")
    release.add_argument("hold", nargs="?", type=int, metavar="ID", help="without it: all of them")
    dashboard = command(
        "dashboard",
        "do what a person does in Wix",
        "dashboard move item=5c2f6a0e-91d7-4a3b-8a44-0f6f2f9e1d10 to=2026-12-02T09:00:00Z",
    )
    dashboard.add_argument("action", help="edit, move, cancel, delete, publish, copy, post, connect, disconnect, ...")
    dashboard.add_argument("pairs", nargs="*", metavar="NAME=JSON")
    requests = command("requests", "the log of requests", "requests --since 40")
    requests.add_argument("--since", type=int, default=0, metavar="N", help="only after this number")
    for name, help_text in (("feed", "what went public"), ("items", "all items, deleted ones too")):
        command(name, help_text, f"{name} --site 0b6f2c1e-7a55-4d0e-9d5e-3c1f0a7e9b21").add_argument(
            "--site", dest="of_site", metavar="SITE_ID", help="only of this site"
        )
    command("dump", "the whole state as JSON", "dump > state.json")
    load = command("load", "restore a dump, or add items", "load state.json")
    load.add_argument("file", metavar="FILE", help="a JSON file; - is standard input")
    command("reset", "forget everything", "reset")


def run(args: argparse.Namespace, tell: Callable[[str], bool]) -> int:
    """The exit code. `tell` prints an answer, and says whether it could."""
    if args.emulator_command is None:
        return _serve(args)
    try:
        with _reach(args) as control:
            answer = _tell(control, args)
    except (TellError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 4 if isinstance(error, TellError) else 3
    return 0 if tell(json.dumps(answer, indent=2, ensure_ascii=False) + "\n") else 12


def _serve(args: argparse.Namespace) -> int:
    try:
        from socialsync.emulator import process
    except ImportError:
        print("error: the emulator needs its extra: pip install 'socialsync[emulator]'", file=sys.stderr)
        return 1

    def ready(url: str) -> None:
        kept = f"kept in {args.db}" if args.db else "forgotten when it stops"
        print(
            f"EMULATOR of the Wix services; nothing is sent to Wix. State is {kept}.\n"
            f"  API base URL   {url}\n  Dashboard      {url}/\n  Control        {url}/_emulator/\n"
            f"  Key            {', '.join(args.key) or 'emulator-key'}\n"
            f"Use it with    SOCIALSYNC_API={url}\nStop it with   Ctrl+C",
            flush=True,
        )

    try:
        options = process.read_options(args)
    except (OSError, ValueError) as error:
        print(f"error: the settings cannot be read: {error}", file=sys.stderr)
        return 3
    return process.run(options, args.port, ready=ready, tether=args.stdin_tether)


@contextlib.contextmanager
def _reach(args: argparse.Namespace) -> Iterator[str]:
    """The control address of a running emulator, or of one that lives on the file for this call."""
    if args.on_db is None:
        yield f"{args.url.rstrip('/')}/_emulator/"
        return
    if not os.path.isdir(folder := os.path.dirname(args.on_db) or "."):
        raise TellError(
            f"there is no folder {folder}, so no emulator has kept anything there yet. In a repository the first "
            "`socialsync accounts`, `plan` or `apply` of an emulator site makes .socialsync/emulator-SITE.db"
        )
    import subprocess

    command = [sys.executable, "-m", "socialsync.emulator", "--port", "0", "--db", args.on_db, "--stdin-tether"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        line = child.stdout.readline()
        if not line:
            raise TellError(f"no emulator could be started on {args.on_db}")
        yield str(json.loads(line)["control"])
        # The end of its input stops it; leaving the block waits for that.
        child.stdin.close()


def _call(control: str, method: str, path: str, body: Any = None) -> Any:
    import urllib.error
    import urllib.request

    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(control + path, data=data, method=method)
    # No proxy: the emulator is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=120) as response:
            return json.loads(response.read())
    except urllib.error.HTTPError as error:
        with error:
            text = error.read().decode("utf-8", "replace")
        with contextlib.suppress(ValueError, KeyError, TypeError):
            text = json.loads(text)["error"]
        raise TellError(text) from error
    except urllib.error.URLError as error:
        raise TellError(f"no emulator answers at {control}: {error.reason}") from error


def _pairs(pairs: list[str]) -> dict[str, Any]:
    """`name=value`: the value is JSON, or else text."""
    values: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise ValueError(f"{pair!r} is not NAME=VALUE")
        try:
            values[name] = json.loads(text)
        except ValueError:
            values[name] = text
    return values


def _tell(control: str, args: argparse.Namespace) -> Any:
    from urllib.parse import quote, urlencode

    match args.emulator_command:
        case "clock":
            return _clock(control, args)
        case "profile" if args.name:
            return _call(control, "PUT", "profile", {"profile": args.name})
        case "set" if args.pairs:
            return _call(control, "PUT", "settings", _pairs(args.pairs))
        case "set":
            return _call(control, "GET", "settings")
        case "fault" if args.clear:
            return _call(control, "DELETE", "faults")
        case "fault" if args.do:
            return _call(control, "POST", "faults", {"do": args.do, **_pairs(args.pairs)})
        case "fault":
            return _call(control, "GET", "faults")
        case "hold" if args.pairs:
            return _call(control, "POST", "holds", _pairs(args.pairs))
        case "hold":
            return _call(control, "GET", "holds")
        case "release" if args.hold is not None:
            return _call(control, "POST", f"holds/{args.hold}/release")
        case "release":
            return _call(control, "DELETE", "holds")
        case "dashboard":
            return _call(control, "POST", f"dashboard/{quote(args.action)}", _pairs(args.pairs))
        case "requests":
            return _call(control, "GET", f"requests?since={args.since}")
        case "feed" | "items" if args.of_site:
            return _call(control, "GET", f"{args.emulator_command}?{urlencode({'site': args.of_site})}")
        case "load":
            return _call(control, "POST", "load", _read(args.file))
        case "reset":
            return _call(control, "POST", "reset")
        case _:
            return _call(control, "GET", args.emulator_command)


def _clock(control: str, args: argparse.Namespace) -> Any:
    if args.real:
        return _call(control, "PUT", "clock", {"mode": "real"})
    changes = {name: value for name, value in (("now", args.now), ("speed", args.speed)) if value is not None}
    if changes:
        _call(control, "PUT", "clock", changes)
    if args.advance is not None:
        _call(control, "POST", "clock/advance", {"by": args.advance})
    return _call(control, "GET", "clock")


def _read(name: str) -> Any:
    if name == "-":
        return json.load(sys.stdin)
    with open(name, encoding="utf-8") as file:
        return json.load(file)
