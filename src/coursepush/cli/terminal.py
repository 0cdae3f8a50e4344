"""What the command line prints and writes: plain tables, errors without tracebacks, files of rows."""

from __future__ import annotations

import os
import re
import sys
import traceback
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coursepush.errors import CoursepushError, LeftUntidyWarning, LoadError, StalePlanError, cleaned
from coursepush.files.names import in_shell
from coursepush.progress import Waiting, listening

if TYPE_CHECKING:
    import polars as pl

    from coursepush.apply.apply import Receipt
    from coursepush.plan.plan import Plan
    from coursepush.reports.plan.saved import SavedPlan

SHOWN = 40
"""So many rows of a table are printed; the rest is counted."""


_WIDEST = 60


@contextmanager
def working(title: str) -> Generator[None]:
    """A bar that counts the steps of the work in the block, for somebody who is watching; gone when done."""
    if not sys.stderr.isatty():
        yield
        return
    from tqdm import tqdm

    with tqdm(desc=title, unit=" steps", leave=False, file=sys.stderr) as bar:

        def heard(step: str) -> None:
            bar.set_description(
                str(step) if isinstance(step, Waiting) else title, refresh=isinstance(step, Waiting)
            )
            bar.update(not isinstance(step, Waiting))

        with listening(heard):
            yield


@contextmanager
def telling_what_comes_by() -> Generator[None]:
    """Inside the block, on stderr: who is waited for, once, and what could not be tidied up after a push."""
    told: set[str] = set()

    def heard(step: str) -> None:
        if isinstance(step, Waiting) and step not in told:
            told.add(step)
            click.echo(f"{cleaned(step)} ...", err=True)

    with warnings.catch_warnings(), listening(heard):
        shown = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *rest: Any, **more: Any) -> None:
            if issubclass(category, LeftUntidyWarning):
                click.echo(f"Warning: {in_commands(str(message))}", err=True)
            else:
                shown(message, category, *rest, **more)

        warnings.showwarning = show
        yield


class WrittenAlready(Exception):
    """What was asked for is written, as the message says; what came after that failed with its cause."""


@contextmanager
def after(written: str) -> Generator[None]:
    """What fails inside the block comes after something was written: the sentence `written` says what."""
    try:
        yield
    except (click.exceptions.Exit, WrittenAlready):
        raise
    except BaseException as error:
        raise WrittenAlready(written) from error


def print_table(frame: pl.DataFrame, *, shown: int | None = SHOWN, err: bool = False) -> None:
    """The first `shown` rows in columns, numbers to the right, and how many more there are."""
    head = frame if shown is None else frame.head(shown)
    numbers = [dtype.is_numeric() for dtype in head.dtypes]
    plain = [name == "year" or name == "line" or name.endswith("_id") for name in head.columns]
    lines = [list(head.columns)]
    widest = [_WIDEST] * (len(plain) - 1) + [None]  # the last column has room, and is where a row says what to do
    lines += [[_cell(*each) for each in zip(row, plain, widest, strict=True)] for row in head.iter_rows()]
    widths = [max(len(line[place]) for line in lines) for place in range(len(numbers))]
    for number, line in enumerate(lines):
        cells = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numbers, strict=True)
        ]
        click.echo("  ".join(cells).rstrip(), err=err)
        if number == 0:
            click.echo("  ".join("-" * width for width in widths), err=err)
    if head.height < frame.height:
        click.echo(f"... and {frame.height - head.height:,} more", err=err)


_TYPED = {
    "the error's .findings lists everything": "below is each of them",
    "assume_unused=True": "--assume-unused",
    "partial=True": "--partial",
    "plan.rows(verdict='keep')": "plan undo ... --rows",
    "Look at error.moved, plan": "What moved stands below. Preview",
    "and apply the new plan": "and apply the new preview",
    "district.approve(plan, by=...), or from the plan's file alone, cp.approve(file, by=...)": (
        'save the plan (--save), let them run "coursepush approve PLANFILE --by NAME", then take their file in: '
        '"coursepush approvals DISTRICT PLANFILE --take FILE"'
    ),
    "district.set_policy": "coursepush policy",
    "district.load_plan(...) finds": '"apply saved" finds',
    "district.queue.start_worker(), or coursepush worker": "coursepush worker",
    "coursepush.open_district(...)": "the command again",
}


def in_commands(text: str) -> str:
    """A message that speaks of the Python functions, in the words of the command line."""
    for said, typed in _TYPED.items():
        text = text.replace(said, typed)
    text = re.sub(r"district\.queue\.(\w+)\((\d*)\)", _in_queue_command, text)
    text = re.sub(r"overrides=\['(\w+)'\]", r"--override \1", text)
    text = re.sub(r"coursepush\.load_district\(source, into=[^)]*\)", "coursepush load", text)
    text = re.sub(r"coursepush\.simulate_district\([^)]*\)", "coursepush simulate", text)
    return "\n  ".join(cleaned(line) for line in text.split("\n  "))  # a list stays one


def _in_queue_command(found: re.Match[str]) -> str:
    """ "coursepush run-now DISTRICT 3" for "district.queue.run_now(3)"."""
    return " ".join(["coursepush", found[1].replace("_", "-"), "DISTRICT", *([found[2]] if found[2] else [])])


def _cell(value: Any, plain: bool, widest: int | None) -> str:
    """A value on one line, nothing in it that a terminal would obey; `plain`: a number without commas."""
    if value is None:
        return ""
    text = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) and not plain else str(value)
    text = cleaned(text)
    return text if widest is None or len(text) <= widest else text[: widest - 1] + "…"


def print_forecast(plan: Plan) -> None:
    """Whose grades the plan would move, in a sentence or two, and what has to be known to read it."""
    with working("Calculating grades"):
        found = plan.forecast()
        said = [found.headline, *(f"Note: {note}" for note in found.notes)]
    click.echo("\nGrades:")
    for one in said:
        click.echo(f"  {cleaned(one)}")


def print_plan(plan: Plan | SavedPlan, *, is_preview: bool = True) -> None:
    """Title, warnings, what becomes of rows, what could not be pushed and why, digest."""
    click.echo(plan.title)
    for warning in plan.warnings:
        click.echo(f"Warning: {in_commands(warning)}")
    for note in plan.notes:
        click.echo(f"Note: {cleaned(note)}")
    click.echo(f"\n{plan.told[:1].upper()}{plan.told[1:]}.")
    for heading, frame in fate_tables(plan):
        if not frame.is_empty():
            click.echo(f"{heading}")
            print_table(frame, shown=None)
    click.echo()
    done = " Nothing was written by this preview." if is_preview else ""
    click.echo(f"Would be written: {plan.writes:,} rows.{done}")
    click.echo(f"Digest: {plan.digest}")
    if approved := getattr(plan, "approvals_told", ""):
        click.echo(in_commands(approved))


def fate_tables(plan: Plan | SavedPlan) -> list[tuple[str, pl.DataFrame]]:
    """What becomes of rows by data type and maker, a column a fate; and, by reason, what could not be pushed."""
    import polars as pl

    from coursepush.model.elements import ELEMENT_LABELS
    from coursepush.model.verdicts import REASON_SENTENCES
    from coursepush.plan.fates import MAKER_LABELS
    from coursepush.plan.requests.registry import fate_labels

    labels = fate_labels(plan.request.kind)
    fates = plan.fates()
    there = [one for one in labels if one in set(fates["fate"])]
    lines = fates.group_by("hop", "element", "made_by", maintain_order=True).agg(
        pl.col("rows").filter(pl.col("fate") == one).sum().alias(labels[one]) for one in there
    )
    table = lines.select(
        pl.col("hop").replace_strict(_ON, return_dtype=pl.String).alias("on"),
        pl.col("element").replace(ELEMENT_LABELS).alias("data"),
        pl.col("made_by").replace(MAKER_LABELS).alias("made by"),
        *(labels[one] for one in there),
    )
    sentences = {str(reason): " ".join(one for one in both if one) for reason, both in REASON_SENTENCES.items()}
    could_not = plan.fates(reasons=True).filter(fate="could_not").group_by("reason").agg(pl.col("rows").sum())
    why = could_not.sort("rows", "reason", descending=[True, False]).select(
        "rows",
        pl.col("reason")
        .replace_strict(sentences, default="", return_dtype=pl.String)
        .alias("why, and what to do"),
    )
    return [("", table), (f"\n{labels['could_not']}:", why)]


_ON = {0: "setup", 1: "courses", 2: "sections"}


def print_receipt(receipt: Receipt, district: Path) -> None:
    from coursepush.plan.fates import fates_sentence, totals_by_fate
    from coursepush.plan.requests.registry import fate_words

    click.echo(f"Push {receipt.push_id}: {receipt.title}: {receipt.rows:,} rows written.")
    click.echo(f"{fates_sentence(totals_by_fate(receipt.fates), fate_words(receipt.kind))}.")
    click.echo(f"To take it back: {command('undo', district, receipt.push_id)}")


def command(*words: object) -> str:
    """A command of coursepush as it can be typed or pasted, whatever blanks and signs are in its words."""
    texts = ["coursepush", *(str(word) for word in words)]
    return " ".join(in_shell(one) for one in texts)


def report_error(error: BaseException) -> None:
    """What went wrong, on stderr. A traceback only where COURSEPUSH_DEBUG=1 asks for it."""
    if os.environ.get("COURSEPUSH_DEBUG") == "1":
        traceback.print_exception(error, file=sys.stderr)
    if isinstance(error, CoursepushError):
        for line in _said(error):
            click.echo(in_commands(line), err=True)
        if isinstance(error, LoadError) and error.findings is not None:
            print_findings(to_correct(error.findings), err=True)
        elif isinstance(error, StalePlanError) and not error.moved.is_empty():
            print_table(error.moved, err=True)
        return
    first = (str(error).strip().splitlines() or [""])[0]
    said = cleaned(f"{type(error).__name__}: {first}" if first else type(error).__name__)
    said = " ".join([f"{said}.", *getattr(error, "__notes__", [])])
    click.echo(f"Error: {said} Set COURSEPUSH_DEBUG=1 to see where it comes from.", err=True)


def _said(error: CoursepushError) -> list[str]:
    """An error's message; the list in it is left to the findings, where all of them follow."""
    said, *listed = str(error).split("\n  ")
    if type(error) is LoadError and error.findings is not None:  # a removal's list is of schools
        listed = []
    side = error.side
    if listed and side and listed[-1].endswith(f" {side}"):  # which side of the commit it is, below the list
        listed[-1] = listed[-1].removesuffix(f" {side}")
        return ["\n  ".join([f"Error: {said}", *listed]), side]
    return ["\n  ".join([f"Error: {said}", *listed])]


def print_findings(findings: pl.DataFrame, *, err: bool = False) -> None:
    """A finding each: how grave it is, where, and the whole message, which says what to do."""
    for row in findings.head(SHOWN).iter_rows(named=True):
        place = row["file"] or row["table"] or ""
        where = "" if row["message"].startswith(place) else f"{place}: "
        more = f" ({row['with_it']:,} more follow from it.)" if row.get("with_it") else ""
        click.echo(cleaned(f"- {row['severity']}, {row['rule']}: {where}{row['message']}{more}"), err=err)
    if findings.height > SHOWN:
        click.echo(f"... and {findings.height - SHOWN:,} more; --findings PAGE.html lists them all", err=err)


def to_correct(findings: pl.DataFrame) -> pl.DataFrame:
    """Findings without those that follow from another; where there are any, `with_it` says how many to each."""
    import polars as pl

    from coursepush.load.causes import CAUSE, by_cause

    ordered = by_cause(findings).with_row_index("place").cast({"place": pl.Int64})
    number = ordered.drop_nulls(CAUSE).group_by(place=CAUSE).agg(with_it=pl.len())
    roots = ordered.filter(pl.col(CAUSE).is_null())
    counted = roots.join(number, on="place", how="left", maintain_order="left").drop("place", CAUSE)
    return counted.drop("with_it") if number.is_empty() else counted
