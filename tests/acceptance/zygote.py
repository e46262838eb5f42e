"""A process that has imported the installed command and runs it in a fresh child each time, to save its start-up.

Reads one JSON order a line and answers one JSON line: `start` forks a child of its own session that runs the entry
point as the console script does; `wait` gives its exit code, and kills it when `seconds` are over.
"""

import gc
import json
import os
import pkgutil
import sys
import time
import traceback
from importlib import import_module
from typing import Any

TOOL = "socialsync"
HEAVY = ("git", "httpx", "httpcore", "jinja2", "jsonschema", "jsonschema_rs", "yaml", "zoneinfo")


def preload() -> None:
    """Everything the command would import by and by; what it does not have is not needed."""
    package = import_module(TOOL)
    for found in pkgutil.walk_packages(package.__path__, f"{TOOL}."):
        if ".emulator" not in found.name and not found.name.endswith("__main__"):
            import_module(found.name)
    for name in HEAVY:
        import_module(name)


def child(order: dict[str, Any]) -> int:
    """The command itself; never returns to the loop below."""
    os.setsid()
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    for number, path in ((0, os.devnull), (1, order["out"]), (2, order["err"])):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        source = os.open(path, flags, 0o600)
        os.dup2(source, number)
        os.close(source)
    sys.argv = [TOOL, *order["argv"]]
    code: Any = 0
    try:
        import_module(f"{TOOL}.cli").main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # what the interpreter would print and turn into 1
        traceback.print_exc()
        code = 1
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return code if isinstance(code, int) else 0 if code is None else 1


def wait(pid: int, seconds: float) -> dict[str, Any]:
    ends = time.monotonic() + seconds
    pause = 0.002
    while True:
        done, status, used = os.wait4(pid, os.WNOHANG)
        if done:
            return {"code": os.waitstatus_to_exitcode(status), "rss": used.ru_maxrss}
        if time.monotonic() > ends:
            os.killpg(pid, 9)
            os.waitpid(pid, 0)
            return {"code": -9, "rss": 0}
        time.sleep(pause)
        pause = min(pause * 1.5, 0.02)


def main() -> None:
    preload()
    gc.collect()
    gc.freeze()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "wait":
            print(json.dumps(wait(order["pid"], order["seconds"])), flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            os._exit(child(order))
        print(json.dumps({"pid": pid}), flush=True)


if __name__ == "__main__":
    main()
