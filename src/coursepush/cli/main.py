"""The command line's one entry: all commands, gathered."""

from __future__ import annotations

from coursepush.cli import districts, pushes, reports, results
from coursepush.cli.group import cli

__all__ = ["cli", "districts", "main", "pushes", "reports", "results"]


def main() -> None:
    """Entry point of the ``coursepush`` command."""
    cli()
