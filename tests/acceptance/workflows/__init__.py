"""The workflows, run on this machine: a small runner, a forge on loopback, a bare repository and the emulator."""
