"""Schemathesis over the emulator's OpenAPI description; its own command, because it takes a minute.

`make fuzz`; or this file with the number of examples, and `schemathesis` (4 or newer) on the PATH.
"""

import shutil
import subprocess
import sys
import tempfile

from socialsync.emulator.handle import EmulatorProcess

# What no schema can say (exactly one content object, known accounts, future dates) makes valid data refusable.
EXCLUDED = "positive_data_acceptance"


def main(examples: str) -> int:
    program = shutil.which("schemathesis")
    if program is None:
        print("schemathesis is not on the PATH", file=sys.stderr)
        return 1
    with EmulatorProcess("--seed", "1") as emulator, tempfile.TemporaryDirectory() as folder:
        command = [program, "run", f"{emulator.url}/_emulator/openapi.json", "--no-color", "--continue-on-failure"]
        for name in ("Authorization", "wix-site-id"):
            command += ["-H", f"{name}: {emulator.headers[name]}"]
        command += [
            "--phases",
            "examples,coverage,fuzzing,stateful",
            "-n",
            examples,
            "--seed",
            "1",
            "--exclude-checks",
            EXCLUDED,
        ]
        done = subprocess.run(command, cwd=folder, check=False).returncode
        failed = [entry for entry in emulator.requests() if (entry["status"] or 0) >= 500]
        print(f"{len(emulator.requests())} requests, {len(failed)} with a 5xx")
    return 1 if failed else done


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "25"))
