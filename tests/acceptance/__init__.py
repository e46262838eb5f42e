"""The black-box failure suite: the installed command, a git repository, the emulator's two records, exit codes."""
