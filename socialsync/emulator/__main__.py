"""`python -m socialsync.emulator`: one emulator process, for a parent that reads its first line."""

import sys

from socialsync.emulator.process import main

if __name__ == "__main__":
    sys.exit(main())
