"""`status`: every post with its live state and address; late, failed and missing first."""

from __future__ import annotations

import argparse
from dataclasses import replace

from socialsync.commands import plan
from socialsync.commands.environment import Environment
from socialsync.errors import worst
from socialsync.model.reports import Report


def run(arguments: argparse.Namespace, environment: Environment) -> Report:
    """The plan's reading of every site, shown post by post; red only with --check."""
    arguments.base, arguments.detailed_exitcode = "", False
    report = plan.run(arguments, environment, verb="status")
    if arguments.check or (report.problems and not report.sites):
        return report
    failures = [site.failure.exit_code for site in report.sites if site.failure is not None]
    return replace(report, exit_code=worst(failures))
