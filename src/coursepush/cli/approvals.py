"""Commands for those who look at a saved plan and agree to it, and for what a district asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from coursepush.cli.group import cli, open_file
from coursepush.cli.options import DISTRICT, PLANFILE, file_option
from coursepush.cli.terminal import in_commands, print_plan, print_table
from coursepush.errors import PlanError, cleaned


@cli.command()
@PLANFILE
@file_option("--page", "Write the plan as an HTML page.")
@click.option("--rows", is_flag=True, help="Print the first rows.")
def show(planfile: Path, page: Path | None, rows: bool) -> None:
    """What the plan in PLANFILE ("plan ... --save") would do. The district is not needed, and not looked at."""
    from coursepush.reports.plan.saved import read_plan

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


NAME = click.option("--by", required=True, help="Your name; the system's user is kept beside it.")
COMMENT = click.option("--comment", default="", help="Why, or on what condition.")


@cli.command()
@PLANFILE
@NAME
@COMMENT
@click.option("--override", multiple=True, help="A guard that the plan may pass; may be repeated.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The approval's file.")
def approve(planfile: Path, by: str, comment: str, override: tuple[str, ...], out: Path | None) -> None:
    """Agree to the plan in PLANFILE; writes a small file. The district is not needed.

    Whoever applies the plan takes it in: coursepush approvals DISTRICT PLANFILE --take FILE.
    """
    from coursepush.apply.approval.file import approve as make
    from coursepush.apply.approval.file import read_approval

    made = make(planfile, by=by, comment=comment, overrides=override, into=out)
    approval, _, _ = read_approval(made)
    click.echo(f"{cleaned(approval.by)} approves: {approval.title}")
    click.echo(f"Digest: {approval.digest}")
    click.echo(f"Approval: {made.resolve()}")


@cli.command()
@DISTRICT
@click.argument("planfile", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--take",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='Take in what "coursepush approve" wrote; may be repeated.',
)
@click.option("--withdraw", type=int, metavar="NUMBER", help="Withdraw an approval.")
@click.option("--by", help="Who withdraws it.")
@COMMENT
def approvals(
    district: Path,
    planfile: Path | None,
    take: tuple[Path, ...],
    withdraw: int | None,
    by: str | None,
    comment: str,
) -> None:
    """Who agreed to the plan in PLANFILE, and what is missing; without PLANFILE every approval."""
    if take and planfile is None:
        raise click.UsageError(
            "Name the saved plan that the approval is of: approvals DISTRICT PLANFILE --take FILE"
        )
    if withdraw is not None and by is None:
        raise click.UsageError('Say who withdraws it: --by "Name"')
    with open_file(district) as opened:
        for file in take:
            assert planfile is not None
            click.echo(f"Taken in: {cleaned(repr(opened.approve(opened.load_plan(planfile), file)))}")
        if withdraw is not None:
            opened.withdraw_approval(withdraw, by=by or "", comment=comment)
            click.echo(f"Withdrawn: approval {withdraw}")
        given = opened.approvals(planfile)
        if given.is_empty():
            click.echo("Nobody has approved it yet." if planfile is not None else "Nothing has been approved yet.")
        else:
            print_table(given.drop("digest", "plan_id"))
        if planfile is not None:
            try:
                click.echo(in_commands(opened.load_plan(planfile).approvals.told))
            except PlanError as error:  # it was applied, or the district has moved: nothing is missing any more
                click.echo(in_commands(str(error)))


@cli.command()
@DISTRICT
def refusals(district: Path) -> None:
    """Applies that were refused for want of approvals, or by a guard; newest first."""
    with open_file(district) as opened:
        found = opened.refusals()
        if found.is_empty():
            click.echo("Nothing has been refused.")
        for one in found.iter_rows(named=True):
            when = f"{one['refused_at']:%Y-%m-%d %H:%M} UTC"
            click.echo(
                f"Refusal {one['refusal_id']}, {when}, to {cleaned(one['refused_to'])}: {cleaned(one['title'])}"
            )
            click.echo(f"  Digest {one['digest'][:12]}. {in_commands(one['missing'])}")


@cli.command()
@DISTRICT
@click.option("--approvals", multiple=True, metavar="CONDITION=NUMBER", help="Or CONDITION=LIMIT:NUMBER.")
@click.option("--guard", multiple=True, metavar="GUARD[=NUMBER]", help="What is not let through.")
@click.option("--freeze", multiple=True, nargs=3, metavar="FROM TO WHY", help="Days on which nothing is applied.")
@click.option("--none", "nothing", is_flag=True, help="Ask for nothing any more.")
@click.option("--by", default="", help="Who sets it.")
@COMMENT
def policy(
    district: Path,
    approvals: tuple[str, ...],
    guard: tuple[str, ...],
    freeze: tuple[tuple[str, str, str], ...],
    nothing: bool,
    by: str,
    comment: str,
) -> None:
    """What a district asks for before a plan is applied; with options, set it anew as a whole.

    Conditions and guards: coursepush rules 9.1. Such as: --approvals overwrite=2 --approvals over_sections=100:1
    --guard nothing_unlinked --guard most_sections=500 --freeze 2027-01-10 2027-01-20 "report cards"
    """
    if nothing and (approvals or guard or freeze):
        raise click.UsageError("--none goes with no other option.")
    with open_file(district) as opened:
        if approvals or guard or freeze or nothing:
            guards: dict[str, Any] = dict(_named(one) for one in guard)
            if freeze:
                guards["freeze_dates"] = list(freeze)
            opened.set_policy(
                approvals=dict(_named(one) for one in approvals), guards=guards, by=by, comment=comment
            )
        told = opened.policy().sentences
        for one in told or ["Nothing is asked for before a plan is applied."]:
            click.echo(cleaned(one))


def _named(text: str) -> tuple[str, Any]:
    """NAME, NAME=NUMBER or NAME=LIMIT:NUMBER, as a policy takes it."""
    name, has_value, value = text.partition("=")
    if not has_value:
        return name, True
    numbers = [int(one) if one.isascii() and one.isdigit() else one for one in value.split(":")]
    return name, numbers[0] if len(numbers) == 1 else tuple(numbers)
