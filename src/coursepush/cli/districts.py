"""Commands that make a district: from files, or made up."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coursepush.cli.group import cli, given_wait, open_file
from coursepush.cli.options import DISTRICT, file_option, together
from coursepush.cli.terminal import after, command, print_findings, print_table, to_correct, working
from coursepush.errors import CoursepushError, LoadError, RequestError, cleaned
from coursepush.files import Kind, new_file
from coursepush.load.database.url import is_address

if TYPE_CHECKING:
    import polars as pl

    from coursepush.district import District


_SOURCE = click.argument("source", type=click.Path(exists=True, path_type=Path))
_SOURCE_OR_DATABASE = click.argument("source", required=False, type=click.Path(path_type=Path))
_READING = together(
    click.option("--database", metavar="URL",
                 help="Instead of SOURCE: the address of a database, or env:NAME, the variable that holds it."),
    click.option("--format", default="auto", show_default=True, help="auto, tables, oneroster, edfi or campus."),
    click.option("--mapping", metavar="NAME|FILE",
                 help="Which of the extract's names is which of ours: campus, canvas, clever, moodle or sds, "
                 "which come along, or a TOML file of your own (coursepush map drafts it)."),
    click.option("--columns", type=click.Path(exists=True, dir_okay=False, path_type=Path),
                 help='TOML: per table, your column names and ours: [course] their_name = "our_name".'),
    click.option("--repair", is_flag=True, help="Mend names, task lists and lost leading zeros, and list them."),
    file_option("--findings", "Write what was found as an HTML page, refused or not."),
)  # fmt: skip


@cli.command()
@_SOURCE_OR_DATABASE
@click.argument("into", required=False, metavar="INTO", type=click.Path(dir_okay=False, path_type=Path))
@_READING
@click.option("--scaffold", is_flag=True, help="Give course masters a starting setup, where the format has none.")
@click.option("--profile", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Your own starting setup (TOML) instead of the one that comes along.")  # fmt: skip
def load(
    source: Path | None,
    into: Path | None,
    database: str | None,
    findings: Path | None,
    scaffold: bool,
    profile: Path | None,
    **given: Any,
) -> None:
    """Load SOURCE, a folder or a zip, or a --database, into the new district file INTO.

    A folder of the model's tables (one CSV or Parquet file each), a OneRoster or Ed-Fi folder, or an Infinite
    Campus extract: told from the files, or given as --format. Everything is checked first; what is wrong is listed
    whole, and then nothing is loaded.
    """
    from coursepush import load_district

    if database is not None and into is None:
        source, into = None, source
    if into is None:
        raise click.UsageError("Name the district file to make: coursepush load SOURCE INTO.")
    given["columns"] = _columns(given["columns"])
    read, title = _source(source, database)
    with working("Reading and checking"), _told(title, findings):
        district = load_district(
            read, into=into, scaffold=profile if profile is not None else scaffold, wait=given_wait(), **given
        )
    with after(f"The district is written to {into.resolve()}."), district:
        _loaded(district, into)
        _write_page(title, findings, district.findings(), district.repairs())


@cli.command()
@DISTRICT
@_SOURCE_OR_DATABASE
@_READING
@click.option(
    "--not-given",
    default="keep",
    show_default=True,
    help="keep, or forget: what becomes of tables and columns that the extract does not give.",
)
@click.option("--allow-removals", is_flag=True,
              help="Take away whole schools, or much of a level, if the extract lacks them.")  # fmt: skip
def refresh(
    district: Path, source: Path | None, database: str | None, findings: Path | None, **given: Any
) -> None:
    """Replace the tables of DISTRICT by next week's extract SOURCE, or a --database; history and plans stay.

    Tells what changed since the last load, table by table: by pushes of coursepush, and by others.
    """
    given["columns"] = _columns(given["columns"])
    read, title = _source(source, database)
    with open_file(district) as opened:
        with working("Reading and checking"), _told(title, findings):
            refreshed = opened.refresh(read, **given)
        with after(f"Refresh {refreshed.refresh_id} is written."):
            click.echo(cleaned(refreshed.summary))
            if refreshed.moved.height:
                print_table(refreshed.moved, shown=None)
            _print_findings(opened)
            _write_page(title, findings, opened.findings(), opened.repairs())


@cli.command("map")
@_SOURCE
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file.")
def map_command(source: Path, output: Path | None) -> None:
    """Draft a mapping (TOML) for the files in SOURCE from their names, headers and values, to be edited by hand.

    What is not sure stands in comments, with the reason. Where a mapping comes along for the system that the files
    are of, the draft names it.
    """
    from coursepush.load.mapping.campus import draft_mapping

    text = draft_mapping(source)
    if output is None:
        click.echo(text, nl=False)
        return
    with new_file(output, Kind.KEPT) as file:
        file.write(text.encode())
    typed = command("load", source, "district.duckdb", "--mapping", output)
    click.echo(f"Mapping: {output.resolve()}. Look through it, then: {typed}")


@cli.command()
@DISTRICT
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--format", default="csv", show_default=True, help="csv or parquet.")
@click.option("--students", is_flag=True, help="Write enrollment, scores and posted grades too.")
def export(district: Path, folder: Path, format: str, students: bool) -> None:
    """Write the tables of DISTRICT to FOLDER in the load format, one file each.

    Tables with students in them are left out unless --students asks for them.
    """
    with open_file(district) as opened, working("Writing"):
        written = opened.export(folder, format=format, students=students)
    print_table(written.select("table", "rows"), shown=None)
    click.echo(f"Folder: {folder.resolve()}")


@cli.command()
@click.argument("size")
@click.argument("into", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed makes the same district.")
def simulate(size: str, into: Path, seed: int) -> None:
    """Make up a district of SIZE (small, medium or large) in the file INTO."""
    from coursepush import simulate_district

    with working("Making up a district"):
        district = simulate_district(size, seed=seed, into=into)
    with after(f"The district is written to {into.resolve()}."), district:
        _loaded(district, into)


def _source(source: Path | None, database: str | None) -> tuple[Path | str, str]:
    """What is read, and what to call it on a page: of a database nothing that might hold a password."""
    if (source is None) == (database is None):
        raise click.UsageError("Give a folder or zip as SOURCE, or the address of a --database: one of the two.")
    if database is not None:
        if not is_address(database):
            raise click.BadParameter(
                "an address looks like postgresql+psycopg://user:password@host/database; or give env:NAME, the "
                "name of an environment variable that holds it.",
                param_hint="--database",
            )
        return database, "database"
    assert source is not None
    if not source.exists():
        raise click.BadParameter(f"there is no folder or file {source}.", param_hint="SOURCE")
    return source, source.name


def _columns(path: Path | None) -> dict[str, dict[str, str]] | None:
    import tomllib

    if path is None:
        return None
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RequestError(f"The column names in {path} cannot be read: {error}") from error


@contextmanager
def _told(title: str, page: Path | None) -> Generator[None]:
    """Write the page of findings also where they refuse the source."""
    try:
        yield
    except LoadError as error:
        if error.findings is not None:
            try:
                _write_page(title, page, error.findings, None)
            except CoursepushError as fault:  # what was found is told all the same
                click.echo(cleaned(f"There is no page of findings: {fault}"), err=True)
        raise


def _write_page(title: str, page: Path | None, findings: pl.DataFrame, repairs: pl.DataFrame | None) -> None:
    from coursepush.reports.files import write_text
    from coursepush.reports.findings.page import findings_page

    if page is not None:
        write_text(findings_page(findings, title=title, repairs=repairs), page)
        click.echo(f"Findings: {page.resolve()}", err=True)


def _loaded(district: District, into: Path) -> None:
    click.echo(f"District file: {into.resolve()}")
    print_table(district.calendars())
    _print_findings(district)


def _print_findings(district: District) -> None:
    findings = district.findings()
    if not findings.is_empty():
        click.echo(f"\n{findings.height:,} findings of the load:")
        print_findings(to_correct(findings))


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
