"""Commands that look back: the pushes that were applied, and what came of a plan."""

from __future__ import annotations

from pathlib import Path

import click

from coursepush.cli.group import cli, open_file
from coursepush.cli.options import DISTRICT, OUT_AND_PAGE
from coursepush.cli.terminal import print_table
from coursepush.errors import cleaned


@cli.command()
@DISTRICT
@click.option("--all", "everything", is_flag=True, help="Approvals, refusals, refreshes and jobs too, and why.")
@click.option("--what", multiple=True, help="pushed, undone, approved, submitted, and so on; may be repeated.")
@click.option("--who", multiple=True, help="A name, or a user of the system; may be repeated.")
@click.option("--push", type=int, help="Only of this push.")
@click.option("--since", help="A day, such as 2026-11-28 (UTC).")
@click.option("--until", help="A day (UTC).")
@OUT_AND_PAGE
def history(
    district: Path,
    everything: bool,
    what: tuple[str, ...],
    who: tuple[str, ...],
    push: int | None,
    since: str | None,
    until: str | None,
    out: Path | None,
    page: Path | None,
) -> None:
    """The pushes applied to a district, newest first; with options, who did what, when, and why."""
    with open_file(district) as opened:
        if everything or what or who or push is not None or since or until or out or page:
            found = opened.queue.history(
                what=list(what) or None, who=list(who) or None, push=push, since=since, until=until
            )
            click.echo(cleaned(found.answer))
            if not found.frame.is_empty():
                click.echo()
                print_table(found.frame.drop("digest", "report", "undoes"))
            if out is not None:
                click.echo(f"Rows: {found.save(out).resolve()}")
            if page is not None:
                click.echo(f"Page: {Path(found.page(page)).resolve()}")
            return
        pushes = opened.history()
        if pushes.is_empty():
            click.echo("Nothing has been pushed yet.")
        else:
            print_table(pushes.drop("plan_id"))


@cli.command()
@DISTRICT
@click.argument("plan")
@click.option("--outcome", help="Print the rows of this outcome: came_true, differs, not_done, changed, gone, ...")
@OUT_AND_PAGE
def reconcile(district: Path, plan: str, outcome: str | None, out: Path | None, page: Path | None) -> None:
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
        if page is not None:
            click.echo(f"Page: {Path(found.page(page)).resolve()}")
