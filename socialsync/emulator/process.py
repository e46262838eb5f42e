"""Starting one emulator process: its options, its first line, its end."""

import argparse
import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from socialsync.emulator.options import DEFAULT_KEY, Options

VERSION = 1


def add_options(parser: argparse.ArgumentParser, *, port: int) -> None:
    parser.add_argument(
        "--port", type=int, default=port, help=f"port on 127.0.0.1; 0 takes a free one (default {port})"
    )
    parser.add_argument("--db", metavar="FILE", help="keep everything in this file (default: in memory)")
    parser.add_argument("--profile", metavar="NAME", help="documented, hostile, normalising, free-plan, slow, u0 to u3")
    parser.add_argument("--seed", type=int, metavar="N", help="makes ids and chances the same again")
    parser.add_argument(
        "--key", action="append", default=[], help=f"an accepted key (default {DEFAULT_KEY}); repeatable"
    )
    parser.add_argument(
        "--site", action="append", default=[], metavar="SITE_ID", help="only these sites exist; repeatable"
    )
    parser.add_argument("--settings", metavar="FILE", help="a JSON file of switches, see GET /_emulator/settings")
    parser.add_argument("--stdin-tether", action="store_true", help="stop when standard input ends")


def read_options(args: argparse.Namespace) -> Options:
    settings: dict[str, Any] = {}
    if args.settings is not None:
        settings = json.loads(Path(args.settings).read_text(encoding="utf-8"))
        if not isinstance(settings, dict):
            raise ValueError(f"{args.settings} holds no JSON object")
    return Options(db=args.db, profile=args.profile, seed=args.seed, keys=args.key, sites=args.site, settings=settings)


def announce(url: str) -> None:
    """The first line of standard output, for a parent process."""
    print(json.dumps({"emulator": url, "control": f"{url}/_emulator/", "version": VERSION}), flush=True)


def run(options: Options, port: int, *, ready: Callable[[str], None] = announce, tether: bool = False) -> int:
    """Serves until a signal (or the end of standard input); 1 when it cannot start, with the reason on stderr."""
    import asyncio

    from socialsync.emulator.app import create_app
    from socialsync.emulator.channels import ChannelError
    from socialsync.emulator.core import Emulator
    from socialsync.emulator.server import Front
    from socialsync.emulator.settings import SettingsError
    from socialsync.emulator.store import DatabaseError

    async def serve() -> None:
        emulator = Emulator(options)
        try:
            front = Front(port)
            if tether:
                _stop_at_end_of_input(asyncio.get_running_loop().call_soon_threadsafe, front.stop)
            await front.serve(create_app(emulator, front.refuse), lambda: ready(front.url))
        finally:
            emulator.close()

    try:
        asyncio.run(serve())
    except (DatabaseError, SettingsError, ChannelError, ValueError, OSError) as error:
        print(f"the emulator cannot start: {error}", file=sys.stderr)
        return 1
    return 0


def _stop_at_end_of_input(call: Callable[[Callable[[], None]], object], stop: Callable[[], None]) -> None:
    def wait() -> None:
        while os.read(0, 65_536):
            pass
        call(stop)

    # A thread, because epoll takes no regular files; daemonic, because nothing can wake it but the parent.
    threading.Thread(target=wait, daemon=True).start()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m socialsync.emulator", description="The Wix Social Publisher and Media services on this machine."
    )
    add_options(parser, port=0)
    args = parser.parse_args(arguments)
    try:
        options = read_options(args)
    except (OSError, ValueError) as error:
        print(f"the emulator cannot start: {error}", file=sys.stderr)
        return 1
    return run(options, args.port, tether=args.stdin_tether)
