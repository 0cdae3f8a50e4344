"""The options of the command line that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from coursepush.errors import RequestError
from coursepush.files import Kind, why_not
from coursepush.files.kinds import OF_PAGES, OF_ROWS

Command = TypeVar("Command", bound=Callable[..., Any])


class SchoolYear(click.ParamType):  # pyright: ignore[reportMissingTypeArgument] (earlier click takes none)
    """A school year as people write it, or the year in which it ends."""

    name = "year"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        from coursepush.plan.request import year_of

        try:
            return year_of(value)
        except RequestError as error:
            self.fail(str(error), param, ctx)


YEAR = SchoolYear()


def together(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


DISTRICT = click.argument("district", type=click.Path(path_type=Path))
TODAY = click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="For the warnings about classes in session."
)
ASSUME = click.option("--assume-unused", is_flag=True, help="Push although students' work was not loaded.")
MASTERS = together(
    DISTRICT,
    click.option("--catalog", required=True, help="Course catalog."),
    click.option(
        "--year",
        type=YEAR,
        required=True,
        metavar="YEAR",
        help="The school year: 2026-27, or the year it ends, 2027.",
    ),
    click.option("--mode", default="locked", show_default=True, help="locked, or overwrite."),
    click.option("--to-sections", is_flag=True, help="Push on to the sections."),
    click.option("--calendar", multiple=True, help="Only this calendar; may be repeated."),
    click.option("--master", multiple=True, help="Only this course master; may be repeated."),
    click.option("--course", multiple=True, help="Only this course; may be repeated."),
    click.option("--data", multiple=True, help="Only this data type; may be repeated."),
    click.option("--blanks", default="push", show_default=True, help="push or keep: whether blanks empty fields."),
    TODAY,
    ASSUME,
)
COURSES = together(
    DISTRICT,
    click.option("--calendar", required=True, help="Calendar."),
    click.option("--course", multiple=True, help="Only this course; may be repeated."),
    click.option("--section", multiple=True, help="Only this section; may be repeated."),
    click.option("--data", multiple=True, help="Only this data type; may be repeated."),
    click.option("--overwrite-categories", is_flag=True, help="Replace teachers' own unused categories."),
    TODAY,
    ASSUME,
)


LINKS = together(
    DISTRICT,
    click.option("--catalog", required=True, help="Course catalog."),
    click.option(
        "--year",
        type=YEAR,
        required=True,
        metavar="YEAR",
        help="The school year: 2026-27, or the year it ends, 2027.",
    ),
    click.option("--calendar", multiple=True, help="Only this calendar; may be repeated."),
    click.option("--course", multiple=True, help="Only this course; may be repeated."),
    click.option("--data", multiple=True, help="Only this data type; may be repeated."),
    click.option("--by", default="key", show_default=True, help="By what rows are paired: key."),
)


def _can_be_written(context: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
    """Look before the work begins whether its result can be written."""
    if path is None:
        return None
    kinds = OF_ROWS if option.name == "out" else OF_PAGES
    kind = Kind.PLAN if option.name == "save" else kinds.get(path.suffix.lower())
    if kind is None:
        raise click.BadParameter(f"{path.name} ends in none of {', '.join(kinds)}.")
    if fault := why_not(path, kind):
        raise click.BadParameter(fault)
    return path


def file_option(name: str, text: str) -> Callable[[Command], Command]:
    return click.option(name, type=click.Path(dir_okay=False, path_type=Path), help=text, callback=_can_be_written)


OUT = file_option("--out", "Write all rows: .csv, .xlsx, .parquet or .md.")
SHEETS = click.option("--sheet-per-school", is_flag=True, help="In an .xlsx, a sheet for each school.")
OUT_AND_PAGE = together(OUT, file_option("--page", "Write the report as an HTML page."))
FILES = together(OUT_AND_PAGE, SHEETS)
WHAT_IF = click.option(
    "--what-if",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="On the district with a scenario's edits laid over it (TOML, as district.what_if(...).save makes).",
)
SETUP = click.option(
    "--setup",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="After the edits of a scenario (TOML), which become real in the same plan.",
)
SHOW = together(
    click.option("--rows", is_flag=True, help="Print the first rows."),
    OUT,
    SHEETS,
    file_option("--page", "Write the plan as an HTML page."),
    click.option("--forecast", is_flag=True, help="Say whose grades in progress would move."),
    file_option("--save", "Save the plan to apply it later."),
    click.option(
        "--changes",
        type=click.Path(file_okay=False, path_type=Path),
        help="Write the changes to this folder: a CSV for each school, one line a change, to key in or import.",
    ),
)
PLANFILE = click.argument("planfile", type=click.Path(exists=True, dir_okay=False, path_type=Path))


def _file_or_folder(context: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
    """A file of rows by its ending; without one a folder, which is looked at when it is written."""
    return path if path is None or not path.suffix else _can_be_written(context, option, path)


PARTS = together(
    click.option(
        "--out",
        type=click.Path(path_type=Path),
        callback=_file_or_folder,
        help="Write all rows (.csv, .xlsx, .parquet or .md); or, to a folder, a file for each school.",
    ),
    click.option(
        "--as",
        "form",
        type=click.Choice(["page", "workbook"]),
        default="page",
        show_default=True,
        help="With a folder: what each school gets, to be attached to a mail.",
    ),
    file_option("--page", "Write the report as an HTML page."),
    SHEETS,
)
AGREE = together(
    click.option("--digest", help="Apply only if the plan's digest is this one, or begins with it."),
    click.option("--yes", is_flag=True, help="Apply without asking."),
)


FILTERS: dict[str, Callable[[Any], Any]] = {
    "catalog": click.option("--catalog", multiple=True, help="Course catalog."),
    "year": click.option("--year", type=YEAR, multiple=True, help="School year: 2026-27, or 2027."),
    "calendar": click.option("--calendar", multiple=True, help="Calendar."),
    "school": click.option("--school", multiple=True, help="School."),
    "master": click.option("--master", multiple=True, help="Course master's number."),
    "course": click.option("--course", multiple=True, help="Course number."),
    "section": click.option("--section", multiple=True, help="Section number."),
    "level": click.option("--level", help="course or section."),
    "element": click.option("--element", multiple=True, help="Data type."),
    "teacher": click.option("--teacher", multiple=True, help="Teacher."),
}
"""What reports can be narrowed by; all but the level may be repeated."""
