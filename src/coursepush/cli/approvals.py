"""Commands for those who look at a saved plan."""

from __future__ import annotations

from pathlib import Path

import click

from coursepush.cli.group import cli
from coursepush.cli.options import file_option
from coursepush.cli.terminal import in_commands, print_plan, print_table
from coursepush.display import cleaned

PLANFILE = click.argument("planfile", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@cli.command()
@PLANFILE
@file_option("--page", "Write the plan as an HTML page.")
@click.option("--rows", is_flag=True, help="Print the first rows.")
def show(planfile: Path, page: Path | None, rows: bool) -> None:
    """What the plan in PLANFILE ("plan ... --save") would do. The district is not needed, and not looked at."""
    from coursepush.reports.saved_plan import read_plan

    saved = read_plan(planfile)
    for name, which in saved.asked:
        click.echo(f"{name}: {cleaned(which)}")
    click.echo(in_commands(saved.origin))
    click.echo()
    print_plan(saved)
    for heading, frame in (("By school", saved.by_school()), ("By teacher", saved.by_teacher())):
        if not frame.is_empty():
            click.echo(f"\n{heading}:")
            print_table(frame)
    if rows:
        click.echo()
        print_table(saved.rows(names=True).drop("course_id", "section_id", "row_id", "parent_row_id", "use"))
    if page is not None:
        click.echo(f"\nPage: {saved.page(page).resolve()}")
