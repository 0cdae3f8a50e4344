"""The command line: the calls of the Python package, one command each."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coursepush.cli_options import AGREE, COURSES, DISTRICT, FILTERS, MASTERS, SHOW
from coursepush.errors import PlanError, RequestError
from coursepush.terminal import print_plan, print_receipt, print_table, report_error, working, write_frame

if TYPE_CHECKING:
    import polars as pl

    from coursepush.district import District
    from coursepush.plan.plan import Plan

WOULD_CHANGE = 2
"""Exit code of a plan that would write something."""

_SHORTEST_DIGEST = 8


class Cli(click.Group):
    """Commands whose every error is a line on stderr and exit code 1; click's own 2 would mean a change."""

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        if not standalone_mode:
            return super().main(*args, standalone_mode=False, **extra)
        try:
            code = super().main(*args, standalone_mode=False, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(0)
        except click.ClickException as error:
            error.show()
            sys.exit(1)
        except click.Abort:
            click.echo("Stopped. If a push was being applied, its history tells whether it was written.", err=True)
            sys.exit(1)
        except BrokenPipeError:
            sys.exit(1)
        except Exception as error:
            report_error(error)
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)


@click.group(cls=Cli, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="coursepush", message="coursepush %(version)s")
def cli() -> None:
    """Preview, apply and undo pushes of grading setup in a school district.

    A district sets up grading once, on its course masters: tasks, standards, categories, calculation options,
    composite grades, course info. A push takes that to the courses of the schools and on to the teachers'
    sections. coursepush tells beforehand, row by row, what a push would add, change, take over, rename, remove,
    keep and refuse; applies exactly that; and can take it back. Students' work is never touched.

    \b
    The order of work:
      1. load, load-edfi or simulate   make a district file
      2. plan masters / plan courses   preview a push; nothing is written
      3. apply masters / courses       push it: the same options and the digest of the preview
      4. report, history, undo         see what came of it, and take it back

    \b
    Exit codes:
      0  done; of plan: nothing would change
      2  of plan: something would change
      1  an error; nothing was written

    Catalogs, calendars, masters and courses are given by name or number; a number that is no such name is
    taken as an id. "coursepush demo" shows all of it on a made-up district in a few seconds.
    """


# -- making districts --------------------------------------------------------------------------------------


@cli.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.argument("into", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--columns", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="TOML: per table, "
              "your column names and ours: [course] their_name = \"our_name\".")  # fmt: skip
def load(source: Path, into: Path, columns: Path | None) -> None:
    """Load the folder SOURCE (one CSV or Parquet file per table) into the district file INTO.

    Everything is checked first; what is wrong is listed whole, and then nothing is loaded.
    """
    from coursepush import load_district

    with working("Reading and checking"):
        district = load_district(source, into=into, columns=_mapping(columns))
    with district:
        _loaded(district, into)


@cli.command("load-edfi")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("into", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--scaffold", is_flag=True, help="Give course masters a starting setup, which Ed-Fi lacks.")
@click.option("--profile", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Your own starting "
              "setup (TOML) instead of the one that comes along.")  # fmt: skip
def load_edfi_command(folder: Path, into: Path, scaffold: bool, profile: Path | None) -> None:
    """Load a FOLDER of Ed-Fi CSV files into the district file INTO."""
    from coursepush import load_edfi

    with working("Reading and checking"):
        district = load_edfi(folder, into=into, scaffold=profile if profile is not None else scaffold)
    with district:
        _loaded(district, into)


@cli.command()
@click.argument("size")
@click.argument("into", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed makes the same district.")
def simulate(size: str, into: Path, seed: int) -> None:
    """Make up a district of SIZE (small) in the file INTO."""
    from coursepush import simulate_district

    with working("Making up a district"):
        district = simulate_district(size, seed=seed, into=into)
    with district:
        _loaded(district, into)


def _mapping(path: Path | None) -> dict[str, dict[str, str]] | None:
    import tomllib

    if path is None:
        return None
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RequestError(f"The mapping {path} cannot be read: {error}") from error


def _loaded(district: District, into: Path) -> None:
    click.echo(f"District file: {into.resolve()}")
    print_table(district.calendars())
    findings = district.findings()
    if not findings.is_empty():
        click.echo(f"\n{findings.height:,} warnings of the load:")
        print_table(findings.select("rule", "table", "file", "line", "message"))


# -- planning and applying ---------------------------------------------------------------------------------


def _masters_plan(district: District, **given: Any) -> Plan:
    with working("Planning"):
        return _masters_request(district, given)


def _masters_request(district: District, given: dict[str, Any]) -> Plan:
    return district.plan_master_push(
        _named(district, "catalog", "name", [given["catalog"]])[0],
        year=given["year"],
        mode=given["mode"],
        to_sections=given["to_sections"],
        calendars=_named(district, "calendar", "name", given["calendar"]) or None,
        masters=_named(district, "course_master", "number", given["master"]) or None,
        courses=_named(district, "course", "number", given["course"]) or None,
        data=list(given["data"]) or None,
        blanks=given["blanks"],
        release=given["release"],
        today=_day(given["today"]),
        assume_unused=given["assume_unused"],
    )


def _courses_plan(district: District, **given: Any) -> Plan:
    with working("Planning"):
        return _courses_request(district, given)


def _courses_request(district: District, given: dict[str, Any]) -> Plan:
    return district.plan_course_push(
        _named(district, "calendar", "name", [given["calendar"]])[0],
        courses=_named(district, "course", "number", given["course"]) or None,
        sections=_named(district, "section", "number", given["section"]) or None,
        data=list(given["data"]) or None,
        overwrite_categories=given["overwrite_categories"],
        today=_day(given["today"]),
        assume_unused=given["assume_unused"],
    )


def _named(district: District, table: str, column: str, given: Sequence[str]) -> list[int | str]:
    """Text as names; a number that nothing is named is an id."""
    names: list[int | str] = []
    for text in given:
        is_number = text.isascii() and text.isdigit()
        known = (
            is_number
            and district.sql(f"select count(*) from {table} where {column} = $text", {"text": text}).item()
        )
        names.append(int(text) if is_number and not known else text)
    return names


def _day(given: dt.datetime | None) -> dt.date | None:
    return None if given is None else given.date()


def _open(path: Path) -> District:
    from coursepush import open_district

    return open_district(path)


@cli.group()
def plan() -> None:
    """Preview a push. Nothing is written to the district. Exits with 2 where something would change."""


@plan.command("masters")
@MASTERS
@SHOW
@click.pass_context
def plan_masters(context: click.Context, district: Path, **given: Any) -> None:
    """Push All Course Masters: from the masters of a catalog to courses, and to sections if asked."""
    with _open(district) as opened:
        _preview(context, _masters_plan(opened, **given), **given)


@plan.command("courses")
@COURSES
@SHOW
@click.pass_context
def plan_courses(context: click.Context, district: Path, **given: Any) -> None:
    """Push All Courses: from the courses of a calendar to their sections."""
    with _open(district) as opened:
        _preview(context, _courses_plan(opened, **given), **given)


@plan.command("undo")
@DISTRICT
@click.argument("push_id", type=int)
@click.option("--partial", is_flag=True, help="Take back what can be, and leave what newer work rests on.")
@SHOW
@click.pass_context
def plan_undo(context: click.Context, district: Path, push_id: int, partial: bool, **given: Any) -> None:
    """Preview taking push PUSH_ID back."""
    with _open(district) as opened:
        _preview(context, opened.plan_undo(push_id, partial=partial), **given)


def _preview(context: click.Context, made: Plan, *, rows: bool, out: Path | None, page: Path | None,
             save: Path | None, **_: Any) -> None:  # fmt: skip
    print_plan(made)
    if rows:
        click.echo()
        print_table(made.rows(names=True).drop("course_id", "section_id", "row_id", "parent_row_id", "teacher"))
    if out is not None:
        write_frame(made.rows(names=True), out)
        click.echo(f"Rows: {out.resolve()}")
    if page is not None:
        from coursepush.reports.page import plan_page

        page.write_text(plan_page(made), encoding="utf-8")
        click.echo(f"Page: {page.resolve()}")
    if save is not None:
        click.echo(f"Saved: {Path(made.save(save)).resolve()}")
    context.exit(WOULD_CHANGE if made.writes else 0)


@cli.group()
def apply() -> None:
    """Push: plan again and apply, if that is what was previewed."""


@apply.command("masters")
@MASTERS
@AGREE
def apply_masters(district: Path, digest: str | None, yes: bool, **given: Any) -> None:
    """Push All Course Masters, with the options of the preview."""
    with _open(district) as opened:
        _apply(district, opened, _masters_plan(opened, **given), digest, yes)


@apply.command("courses")
@COURSES
@AGREE
def apply_courses(district: Path, digest: str | None, yes: bool, **given: Any) -> None:
    """Push All Courses, with the options of the preview."""
    with _open(district) as opened:
        _apply(district, opened, _courses_plan(opened, **given), digest, yes)


@apply.command("saved")
@DISTRICT
@click.argument("planfile", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@AGREE
def apply_saved(district: Path, planfile: Path, digest: str | None, yes: bool) -> None:
    """Apply the plan that "plan ... --save PLANFILE" saved, if the district still is as it was then."""
    with _open(district) as opened:
        _apply(district, opened, opened.load_plan(planfile), digest, yes)


@cli.command()
@DISTRICT
@click.argument("push_id", type=int)
@click.option("--partial", is_flag=True, help="Take back what can be, and leave what newer work rests on.")
@AGREE
def undo(district: Path, push_id: int, partial: bool, digest: str | None, yes: bool) -> None:
    """Take push PUSH_ID back: all it wrote, as it was before."""
    with _open(district) as opened:
        _apply(district, opened, opened.plan_undo(push_id, partial=partial), digest, yes)


def _apply(path: Path, district: District, made: Plan, digest: str | None, yes: bool) -> None:
    """Apply `made` if it is the plan meant: by its digest, by --yes, or by asking."""
    if digest is not None and len(digest) < _SHORTEST_DIGEST:
        raise click.UsageError(f"Give at least the first {_SHORTEST_DIGEST} characters of the digest.")
    if digest is not None and not made.digest.startswith(digest.lower()):
        raise PlanError(
            f"The plan is not the one you looked at: its digest is {made.digest}, not {digest}. The district "
            "or the options have changed. Nothing was written; preview again."
        )
    print_plan(made, is_preview=False)
    click.echo()
    if not made.writes:
        click.echo("Nothing would change, so nothing was applied.")
        return
    if digest is None and not yes:
        if not sys.stdin.isatty():
            raise PlanError(
                "Nothing was written: nobody is there to confirm. Give the preview's digest (--digest "
                f"{made.digest[:12]}), or --yes."
            )
        click.confirm(f"Write {made.writes:,} rows to the district?", abort=True)
    with working("Applying"):
        receipt = district.apply(made)
    print_receipt(receipt, path)


# -- looking back ------------------------------------------------------------------------------------------


@cli.command()
@DISTRICT
def history(district: Path) -> None:
    """The pushes applied to a district, newest first."""
    with _open(district) as opened:
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
        name: _named(district, name, column, given[name]) or None for name, column in columns.items()
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
    with _open(district) as opened:
        _report(opened.reports.residual(**_filtered(opened, given)), out, ("catalog", "why", "what_to_do"))


@report.command("result")
@DISTRICT
@click.argument("push_id", type=int, required=False)
@click.option("--outcome", help="written, or could_not.")
@FILTERS
def report_result(
    district: Path, push_id: int | None, outcome: str | None, out: Path | None, **given: Any
) -> None:
    """What a push (by default the last) wrote, and what could not be pushed, and why."""
    with _open(district) as opened:
        found = opened.reports.push_result(push_id, outcome=outcome, **_filtered(opened, given))
        _report(found, out, ("catalog", "year", "field", "before", "after", "reason", "what_to_do"))


def _report(found: pl.DataFrame, out: Path | None, leave_out: Sequence[str]) -> None:
    """Print a report without its ids and longest columns; write it with all of them."""
    print_table(found.drop(*leave_out, "course_id", "section_id", "row_id"))
    click.echo(f"\n{found.height:,} rows.")
    if out is not None:
        write_frame(found, out)
        click.echo(f"Rows: {out.resolve()}")


@cli.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path("coursepush-demo"),
              show_default=True, help="Where the demo's files go.")  # fmt: skip
@click.option("--edfi", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Show it on this folder of Ed-Fi CSV files: push, a year of changes, push, undo.")  # fmt: skip
def demo(folder: Path, edfi: Path | None) -> None:
    """A made-up district, a preview, a push and its undo, step by step, in a few seconds."""
    from coursepush.demo import run_demo, run_edfi_demo

    if edfi is None:
        page = run_demo(folder, click.echo, print_table)
    else:
        page = run_edfi_demo(edfi, folder, click.echo, print_table)
    click.echo(page.resolve())


def main() -> None:
    """Entry point of the ``coursepush`` command."""
    cli()
