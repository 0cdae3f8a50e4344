"""Commands that preview one push in every district of a state."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from coursepush.cli.group import cli
from coursepush.cli.options import ASSUME, TODAY, YEAR, file_option, together
from coursepush.cli.terminal import print_table, working
from coursepush.errors import RequestError, cleaned, examples
from coursepush.optional import module

WITHOUT_A_PLAN = 2
"""Exit code of a run in which some district has no plan."""

ENGINES = together(
    click.option("--engine", type=click.Choice(["here", "spark", "sail"]), default="here", show_default=True,
                 help="This machine's cores; the Spark session of this environment; Sail, started for this."),
    click.option("--remote", metavar="ADDRESS", help="With spark: a Spark Connect server, sc://host:port."),
    click.option("--workers", type=click.IntRange(min=1), help="With here: processes; by default one a core."),
    click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True, help="Of each district."),
    click.option("--memory", default="1GiB", show_default=True, help="Of each district."),
    click.option("--spill", metavar="FOLDER", help="Where districts spill, on the machine that plans them."),
    click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
                 help="What a district may take; one that takes longer has no plan."),
    click.option("--wave", type=click.IntRange(min=1), help="So many districts are kept at a time."),
)  # fmt: skip


@cli.group()
def statewide() -> None:
    """One push, previewed in every district of a state; nothing is ever applied statewide."""


@statewide.command("plan")
@click.argument("lake", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--catalog", "catalogs", multiple=True, required=True, metavar="NAME",
              help="Course catalog; or DISTRICT=NAME, also of those like D0*; may be repeated.")  # fmt: skip
@click.option("--year", type=YEAR, required=True, metavar="YEAR",
              help="The school year: 2026-27, or the year it ends, 2027.")  # fmt: skip
@click.option("--into", type=click.Path(path_type=Path), required=True, help="The run's folder.")
@click.option("--district", "column", default="district_id", show_default=True,
              help="What the districts' ids are called in tables of all districts.")  # fmt: skip
@click.option("--checked", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="An earlier run over LAKE; what it checked and is the same is not checked again.")  # fmt: skip
@click.option("--mode", default="locked", show_default=True, help="locked, or overwrite.")
@click.option("--to-sections", is_flag=True, help="Push on to the sections.")
@click.option("--calendar", multiple=True, help="Only calendars of this name; may be repeated.")
@click.option("--master", multiple=True, help="Only course masters of this number; may be repeated.")
@click.option("--data", multiple=True, help="Only this data type; may be repeated.")
@click.option("--blanks", default="push", show_default=True, help="push or keep: whether blanks empty fields.")
@TODAY
@ASSUME
@click.option("--counts-only", is_flag=True, help="Keep counts and no rows.")
@click.option("--grades", is_flag=True, help="Say in how many sections grades in progress would move.")
@click.option("--again", is_flag=True, help="Plan anew what failed, was refused or has changed.")
@ENGINES
@file_option("--page", "Write the state's page.")
@click.option("--since", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="With --page: another run; the page says what has changed.")  # fmt: skip
def statewide_plan(
    lake: Path, into: Path, page: Path | None, since: Path | None, again: bool, **given: Any
) -> int:
    """Preview Push All Course Masters in every district of LAKE.

    LAKE is a folder of district files, of a folder for each district, or of tables of all districts.
    The same command again goes on where it was broken off. Ends with 2 where some district has no plan.
    """
    import polars as pl

    from coursepush.statewide.state import statewide as state_of

    with _engine(given["engine"], given["remote"]) as engine, working("Planning"):
        limits = {name: given[name] for name in ("workers", "threads", "memory", "spill", "timeout", "wave")}
        state = state_of(lake, district=given["column"], engine=engine, checked=given["checked"], **limits)
        run = state.plan_master_push(
            _catalogs(given["catalogs"]),
            year=given["year"],
            into=into,
            mode=given["mode"],
            to_sections=given["to_sections"],
            calendars=list(given["calendar"]) or None,
            masters=list(given["master"]) or None,
            data=list(given["data"]) or None,
            blanks=given["blanks"],
            today=None if given["today"] is None else given["today"].date(),
            assume_unused=given["assume_unused"],
            rows=not given["counts_only"],
            grades=given["grades"],
        )
        if again:
            run.again()
    if state.lake.beside:
        click.echo(
            cleaned(f"Not read, since it is no part of a district: {examples(state.lake.beside)}."), err=True
        )
    click.echo(cleaned(run.told) + ".")
    told = run.districts()
    shown = pl.col("why").fill_null("").str.split("\n").list.first()
    columns = ("district", "status", "writes", "disappears", "could_not", "teachers_setup")
    print_table(told.sort(pl.col("status") == "planned", "district").select(*columns, shown))
    if page is not None:
        run.page(page, since=since)
        click.echo(f"Wrote {page}")
    return 0 if (told["status"] == "planned").all() else WITHOUT_A_PLAN


def _catalogs(given: tuple[str, ...]) -> str | dict[str, str]:
    """One name for all districts, or each district's."""
    if len(given) == 1 and "=" not in given[0]:
        return given[0]
    pairs = [one.partition("=") if "=" in one else ("*", "=", one) for one in given]
    if len({one[0] for one in pairs}) < len(pairs):
        raise RequestError("A district, or all of them, is given two catalogs. Name one for each: DISTRICT=NAME.")
    return {district.strip(): name.strip() for district, _, name in pairs}


@contextmanager
def _engine(name: str, remote: str | None) -> Generator[Any]:
    """A session of the engine; None for this machine's cores."""
    if remote is not None and name != "spark":
        raise RequestError("--remote is the address of a Spark Connect server: give --engine spark, too.")
    if name == "here":
        yield None
        return
    sql = module("pyspark.sql", "Runs on Spark")
    builder = sql.SparkSession.builder.appName("coursepush statewide")
    if name == "spark":
        session = (builder.remote(remote) if remote else builder).getOrCreate()
        try:
            yield session
        finally:
            session.stop()
        return
    server = module("pysail.spark", "Runs on Sail").SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    try:
        session = builder.remote(f"sc://localhost:{server.listening_address[1]}").getOrCreate()
        try:
            yield session
        finally:
            session.stop()
    finally:
        server.stop()
