"""docs/emulator.md and the OpenAPI description follow the code; run this file to write them anew."""

import json
import re
from pathlib import Path
from typing import Any

from emulator_api import Api
from reaching import table

from socialsync.emulator.faults import BODIES, KINDS, MORE
from socialsync.emulator.openapi import describe
from socialsync.emulator.operations import OPERATIONS
from socialsync.emulator.settings import SWITCHES, profiles

DOCS = Path(__file__).parents[3] / "docs"
PAGE, OPENAPI = DOCS / "emulator.md", DOCS / "emulator-openapi.json"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return f"`{text}`" if len(text) < 60 else f"{len(value)} entries"


def parts() -> dict[str, str]:
    """The generated tables, by the line that stands above each."""
    switches = [
        f"| `{s.name}` | {_shown(s.default)} | {s.evidence} | {s.meaning}"
        + (f" One of {', '.join(f'`{choice}`' for choice in s.choices)}." if s.choices else "")
        + " |"
        for s in SWITCHES
    ]
    faults = [
        f"| `{do}` | {', '.join(f'`{name}`' for name in sorted(MORE[do]))} | {text} |" for do, text in KINDS.items()
    ]
    return {
        "<!-- errors -->": table(),
        "<!-- faults -->": "\n".join(["| `do` | takes | effect |", "| --- | --- | --- |", *faults]),
        "<!-- profiles -->": "\n".join(
            [
                "| profile | means |",
                "| --- | --- |",
                *(f"| `{name}` | {p['meaning']} |" for name, p in profiles().items()),
            ]
        ),
        "<!-- switches -->": "\n".join(
            ["| switch | default | level | meaning |", "| --- | --- | --- | --- |", *switches]
        ),
    }


def description() -> str:
    api = Api()
    try:
        return json.dumps(describe(api.emulator), indent=1, ensure_ascii=False) + "\n"
    finally:
        api.close()


def test_the_page_shows_the_tables_of_the_code() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for mark, text in parts().items():
        assert f"{mark}\n{text}\n" in page, f"{mark} is stale: run this file"


def test_the_page_names_every_route_of_the_control_and_every_kind_of_body() -> None:
    page = PAGE.read_text(encoding="utf-8")
    api = Api()
    control = [route.path for route in api.app.routes if getattr(route, "path", "").startswith("/_emulator/")]
    api.close()
    for path in control:
        name = re.split(r"[/{]", path.removeprefix("/_emulator/"))[0]
        assert name in page
    assert all(f"`{body}`" in page for body in BODIES)


def test_the_openapi_description_is_fresh_and_names_every_operation() -> None:
    assert OPENAPI.read_text(encoding="utf-8") == description(), "docs/emulator-openapi.json is stale: run this file"
    found = {o["operationId"] for path in json.loads(description())["paths"].values() for o in path.values()}
    assert found == {operation.name for operation in OPERATIONS}


def write() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for mark, text in parts().items():
        start = page.index(mark)
        end = page.index("\n\n", start)
        page = page[:start] + f"{mark}\n{text}" + page[end:]
    PAGE.write_text(page, encoding="utf-8")
    OPENAPI.write_text(description(), encoding="utf-8")


if __name__ == "__main__":
    write()
