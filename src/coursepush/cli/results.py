"""Commands that look at a district: its history and reports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coursepush.cli.group import cli, named, open_file
from coursepush.cli.options import DISTRICT, FILTERS, OUT
from coursepush.cli.terminal import cleaned, print_table

if TYPE_CHECKING:
    import polars as pl

    from coursepush.district import District


@cli.command()
@DISTRICT
def history(district: Path) -> None:
    """The pushes applied to a district, newest first."""
    with open_file(district) as opened:
        pushes = opened.history()
        if pushes.is_empty():
            click.echo("Nothing has been pushed yet.")
        else:
            print_table(pushes.drop("plan_id"))


@cli.group()
def report() -> None:
    """Residual data, and the result of a push."""


def _filtered(district: District, given: dict[str, Any]) -> dict[str, Any]:
    columns = {"catalog": "name", "calendar": "name", "school": "name", "course": "number", "teacher": "name"}
    chosen: dict[str, Any] = {
        name: named(district, name, column, given[name]) or None for name, column in columns.items()
    }
    return {
        **chosen,
        "year": list(given["year"]) or None,
        "level": given["level"],
        "element": list(given["element"]) or None,
    }


@report.command("residual")
@DISTRICT
@FILTERS
def report_residual(district: Path, out: Path | None, **given: Any) -> None:
    """Setup that stays on courses and sections only because assignments or grades use it."""
    with open_file(district) as opened:
        _report(opened.reports.residual(**_filtered(opened, given)), out, ("catalog", "why", "what_to_do"))


@report.command("drift")
@DISTRICT
@click.option("--refresh", "refreshes", type=int, multiple=True, help="Number of a refresh; may be repeated.")
@FILTERS
def report_drift(district: Path, refreshes: tuple[int, ...], out: Path | None, **given: Any) -> None:
    """What others changed on courses and sections from one load to the next."""
    with open_file(district) as opened:
        found = opened.reports.drift(refresh=list(refreshes) or None, **_filtered(opened, given))
        _report(found, out, ("catalog", "year", "teacher", "when", "push_id", "last_pushed", "wanted"))


@report.command("audit")
@DISTRICT
@click.option("--status", multiple=True, help="linked, course_controlled or desynced; may be repeated.")
@FILTERS
def report_audit(district: Path, status: tuple[str, ...], out: Path | None, **given: Any) -> None:
    """Course Audit: each course's state, and every difference from its course master."""
    with open_file(district) as opened:
        chosen = {
            name: value for name, value in _filtered(opened, given).items() if name not in ("level", "teacher")
        }
        found = opened.reports.course_audit(status=list(status) or None, **chosen)
        hidden = ("catalog", "year", "last_pushed", "push_id", "drifted_since", "key", "ignore_master_push")
        _report(found, out, (*hidden, "master_id"))


@cli.command()
@DISTRICT
@click.argument("plan")
@click.option("--outcome", help="Print the rows of this outcome: came_true, differs, not_done, changed, gone, ...")
@OUT
def reconcile(district: Path, plan: str, outcome: str | None, out: Path | None) -> None:
    """Did the real push do it? PLAN is a file that "plan ... --save" wrote, or the number of a push.

    Refresh the district from an extract that was taken after the real push first.
    """
    with open_file(district) as opened:
        found = opened.reconcile(int(plan) if plan.isascii() and plan.isdigit() else Path(plan))
        click.echo(cleaned(found.summary))
        for note in found.notes:
            click.echo(f"Note: {cleaned(note)}")
        click.echo()
        print_table(found.counts(), shown=None)
        if outcome is not None:
            click.echo()
            print_table(found.rows(outcome=outcome, names=True).drop("course_id", "section_id", "row_id"))
        if out is not None:
            from coursepush.reports.files import write_frame

            write_frame(found.rows(names=True), out)
            click.echo(f"Rows: {out.resolve()}")


@report.command("result")
@DISTRICT
@click.argument("push_id", type=int, required=False)
@click.option("--outcome", help="written, or could_not.")
@FILTERS
def report_result(
    district: Path, push_id: int | None, outcome: str | None, out: Path | None, **given: Any
) -> None:
    """What a push (by default the last) wrote, and what could not be pushed, and why."""
    with open_file(district) as opened:
        found = opened.reports.push_result(push_id, outcome=outcome, **_filtered(opened, given))
        _report(found, out, ("catalog", "year", "field", "before", "after", "reason", "what_to_do"))


def _report(found: pl.DataFrame, out: Path | None, leave_out: Sequence[str]) -> None:
    """Print a report without its ids and longest columns; write it with all of them."""
    hidden = {*leave_out, "course_id", "section_id", "row_id"}
    print_table(found.drop(name for name in found.columns if name in hidden))
    click.echo(f"\n{found.height:,} rows.")
    if out is not None:
        from coursepush.reports.files import write_frame

        write_frame(found, out)
        click.echo(f"Rows: {out.resolve()}")
