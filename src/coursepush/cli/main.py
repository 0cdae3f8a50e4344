"""The command line's one entry: all commands, gathered."""

from __future__ import annotations

from coursepush.cli import (
    approvals,
    districts,
    lab,
    pushes,
    queue,
    rehearse,
    reports,
    results,
    rules,
    setup,
    share,
    statewide,
    submit,
    worker,
)
from coursepush.cli.group import cli
from coursepush.cli.signals import end_in_order

__all__ = [
    "approvals",
    "cli",
    "districts",
    "lab",
    "main",
    "pushes",
    "queue",
    "rehearse",
    "reports",
    "results",
    "rules",
    "setup",
    "share",
    "statewide",
    "submit",
    "worker",
]


def main() -> None:
    """Entry point of the ``coursepush`` command."""
    end_in_order()
    cli()
