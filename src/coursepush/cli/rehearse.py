"""The command that rehearses the situations that districts ask about."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coursepush.cli.group import cli, named, open_file
from coursepush.cli.options import DISTRICT, FILES, TODAY
from coursepush.cli.terminal import print_table
from coursepush.errors import cleaned
from coursepush.reports.glance import report_text

if TYPE_CHECKING:
    from coursepush.reports.report import Report


@cli.command("rehearse")
@DISTRICT
@click.argument("name", required=False)
@click.option("--catalog", multiple=True, help="Course catalog.")
@click.option("--year", type=int, help="Year the school year ends.")
@TODAY
@FILES
def rehearse(
    district: Path,
    name: str | None,
    catalog: tuple[str, ...],
    year: int | None,
    today: dt.datetime | None,
    **given: Any,
) -> None:
    """Rehearse a situation that districts ask about: where it applies here, and what each step would do.

    Without NAME: all of them, and where each applies. Nothing is written to the district.
    """
    with open_file(district) as opened:
        catalogs = named(opened, "catalog", "name", catalog) or None
        found = opened.rehearse(name, catalog=catalogs, year=year, today=None if today is None else today.date())
        click.echo(report_text(found, "--out and --page write them"))
        if name is not None:
            _tell_steps(found)
        for label, path, write in (("Rows", given["out"], found.save), ("Page", given["page"], found.page)):
            if path is not None:
                click.echo(f"{label}: {cleaned(str(Path(write(path)).resolve()))}")


def _tell_steps(found: Report) -> None:
    """Each step, what is set up first, and the places."""
    for row in found.frame.iter_rows(named=True):
        kind = "do this" if row["is_advised"] else "not this, to see the difference"
        click.echo(f"\n{row['step']}. {cleaned(row['name'])} ({kind}): {cleaned(row['what'])}")
        if row["edits"]:
            click.echo(f"   Set up first: {cleaned(row['edits'])}")
        click.echo(f"   {cleaned(row['grades'])}")
    places = found.facts["places"]
    if not places.is_empty():
        click.echo("\nWhere it applies:")
        shown = ("school", "calendar", "master_number", "course_number", "course_name", "section_number", "what")
        print_table(places.select(shown))
