"""What must hold between the files of a OneRoster bundle, and the rows that its statuses take out of it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from coursepush.load.oneroster.fields import FILES
from coursepush.load.oneroster.files import Bundle
from coursepush.load.oneroster.findings import NO_FINDINGS, all_rows, each_row
from coursepush.load.oneroster.values import LINE

_GONE = ("tobedeleted", "inactive")


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that names rows of another file.

    `must`: a name that is not there is refused (a warning otherwise), and a row goes with the row it names
    when that one is left out (its name is taken off otherwise).
    """

    file: str
    field: str
    target: str
    must: bool = True


REFERENCES: tuple[Reference, ...] = (
    Reference("orgs", "parent", "orgs", must=False),
    Reference("academicSessions", "parent", "academicSessions", must=False),
    Reference("courses", "org", "orgs"),
    Reference("courses", "school_year", "academicSessions", must=False),
    Reference("classes", "course", "courses"),
    Reference("classes", "school", "orgs"),
    Reference("classes", "sessions", "academicSessions", must=False),
    Reference("enrollments", "class", "classes"),
    Reference("enrollments", "user", "users"),
    Reference("lineItems", "class", "classes"),
    Reference("lineItems", "category", "categories", must=False),
    Reference("lineItems", "session", "academicSessions", must=False),
    Reference("results", "line_item", "lineItems"),
    Reference("lineItemLearningObjectiveIds", "line_item", "lineItems"),
)
"""Who names whom. Not here: a result's student, who may have left (scores of such students are kept)."""

_MAY_POINT_OUT = {("orgs", "parent"), ("academicSessions", "parent")}
"""References that may leave the bundle: a parent only groups rows, and dates place a session without one."""


def check(bundle: Bundle) -> list[pl.DataFrame]:
    """Refusals: sourcedIds given twice, names of rows that are not there, sessions that end before they start."""
    found = [_duplicates(bundle, file) for file in bundle.frames]
    found += [_unknown(bundle, reference) for reference in REFERENCES if reference.file in bundle.frames]
    sessions = bundle.frames["academicSessions"]
    said = pl.format("the session ends ({}) before it starts ({}).", "end_date", "start_date")
    reversed_dates = sessions.filter(pl.col("end_date") < pl.col("start_date"))
    column = bundle.column("academicSessions", "end_date")
    value = pl.col("end_date").cast(pl.String)
    found.append(each_row(reversed_dates, "dates_reversed", "academicSessions.csv", column, value, said))
    if "results" in bundle.frames:
        found.append(_same_results(bundle))
    return found


def _same_results(bundle: Bundle) -> pl.DataFrame:
    """Refusals of a second result of one student, line item and date: which of them holds cannot be known."""
    _, others = latest_results(bundle.frames["results"].drop_nulls(["line_item", "student"]))
    same = others.filter(pl.col("score_date").eq_missing(pl.col("latest_date")))
    said = pl.format(
        "the student has another result for that line item in line {}, of the same scoreDate. Keep one of them.",
        "latest_line",
    )
    column = bundle.column("results", "student")
    return each_row(same, "duplicate_result", "results.csv", column, pl.col("line_item"), said)


def latest_results(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The results with the latest scoreDate of each line item and student; and the others, with that one's line
    and date as latest_line, latest_date."""
    of_one = ["line_item", "student"]
    repeated = rows.filter(pl.len().over(of_one) > 1)
    ordered = repeated.sort("score_date", "line", descending=[True, False], nulls_last=True)
    latest = ordered.unique(of_one, keep="first", maintain_order=True).select(
        *of_one, latest_line="line", latest_date="score_date"
    )
    others = repeated.join(latest, on=of_one).filter(pl.col("line") != pl.col("latest_line")).sort("line")
    return rows.join(others, on="line", how="anti", maintain_order="left"), others


def _duplicates(bundle: Bundle, file: str) -> pl.DataFrame:
    """Refusals of the rows whose sourcedId stood in a row above, whatever else they say."""
    rows = bundle.frames[file]
    if "key" not in rows.columns:
        return NO_FINDINGS
    later = (
        rows.filter(pl.col("key").is_not_null())
        .with_columns(first_line=pl.col(LINE).min().over("key"))
        .filter(pl.col(LINE) > pl.col("first_line"))
    )
    said = pl.format("sourcedId '{}' was already given in line {}. Keep one of the rows.", "key", "first_line")
    return each_row(later, "duplicate_id", f"{file}.csv", bundle.column(file, "key"), pl.col("key"), said)


def _unknown(bundle: Bundle, reference: Reference) -> pl.DataFrame:
    """A finding for rows that name what is not in the target file, or whose target file is not there."""
    name, target = f"{reference.file}.csv", f"{reference.target}.csv"
    column = bundle.column(reference.file, reference.field)
    rows = _named(bundle.frames[reference.file], reference.field)
    if reference.target not in bundle.frames:
        if reference.target == "users":  # nothing but the names of staff comes from there
            return NO_FINDINGS
        if reference.must:
            said = pl.lit(f"the row names one of {target}, which is not there. Export that file too.")
            return each_row(rows.head(1), "missing_file", name, column, pl.col("named"), said)
        said_all = f"{column} names rows of {target}, which was not given; the names were left off."
        return all_rows(rows, "warning", "file_not_given", name, column, pl.col("named"), said_all)
    lost = rows.join(bundle.frames[reference.target].select(named="key"), on="named", how="anti")
    if (reference.file, reference.field) in _MAY_POINT_OUT:
        said_all = f"{column} names what is not in {target}; the row counts as one without."
        return all_rows(lost, "warning", "unknown_reference", name, column, pl.col("named"), said_all)
    said = pl.format(
        column + " '{}' is not in " + target + ". Add that row there, or correct the value.", pl.col("named")
    )
    return each_row(lost, "unknown_reference", name, column, pl.col("named"), said)


def _named(rows: pl.DataFrame, field: str) -> pl.DataFrame:
    """line, key, named: one row for each name that a row gives in `field`."""
    given = rows.select(LINE, named=field)
    if given.schema["named"] == pl.List(pl.String):
        given = given.explode("named").unique(maintain_order=True)
    return given.drop_nulls("named")


# -- statuses ----------------------------------------------------------------------------------------------


def leave_out(bundle: Bundle) -> list[pl.DataFrame]:
    """Take rows that are marked as deleted or inactive out of the frames, and those that hang on them; findings.

    A bulk file leaves status blank, or writes ``active``.
    """
    findings: list[pl.DataFrame] = []
    for file in FILES:
        if file not in bundle.frames:
            continue
        name, rows = f"{file}.csv", bundle.frames[file]
        findings.append(_looks_like_delta(bundle, file))
        word = pl.col("status").str.to_lowercase()
        gone = rows.filter(word.is_in(_GONE))
        said = "the status says deleted or inactive; they were left out."
        column = bundle.column(file, "status")
        findings.append(all_rows(gone, "warning", "left_out", name, column, pl.col("status"), said))
        odd = rows.filter(word.is_not_null() & ~word.is_in(["active", *_GONE]))
        said = "the status is not known; they count as active."
        findings.append(all_rows(odd, "warning", "unknown_status", name, column, pl.col("status"), said))
        bundle.frames[file] = rows.join(gone, on=LINE, how="anti", maintain_order="left")
        findings += follow(bundle, file)
    return findings


def follow(bundle: Bundle, file: str) -> list[pl.DataFrame]:
    """Bring a file's frame in line with those of the files it names, after rows were left out of them."""
    return [_follow(bundle, reference) for reference in REFERENCES if reference.file == file]


def _follow(bundle: Bundle, reference: Reference) -> pl.DataFrame:
    """Drop the rows, or the names, that point to rows which are no longer there."""
    file, field = reference.file, reference.field
    rows = bundle.frames[file]
    if reference.target not in bundle.frames:
        if not reference.must:
            bundle.frames[file] = rows.with_columns(pl.lit(None, rows.schema[field]).alias(field))
        return NO_FINDINGS
    there = bundle.frames[reference.target]["key"].implode()
    if not reference.must:
        kept = pl.col(field).is_in(there)
        if rows.schema[field] == pl.List(pl.String):
            kept_names = pl.col(field).list.eval(pl.element().filter(pl.element().is_in(there)))
            bundle.frames[file] = rows.with_columns(kept_names)
        else:
            bundle.frames[file] = rows.with_columns(pl.when(kept).then(field).alias(field))
        return NO_FINDINGS
    lost = rows.filter(~pl.col(field).is_in(there))
    bundle.frames[file] = rows.join(lost, on=LINE, how="anti", maintain_order="left")
    column = bundle.column(file, field)
    said = f"{column} names a row of {reference.target}.csv that was left out; they were left out too."
    return all_rows(lost, "warning", "left_out_with", f"{file}.csv", column, pl.col(field), said)


def _looks_like_delta(bundle: Bundle, file: str) -> pl.DataFrame:
    """A warning where each row has a status and a date of change, and no manifest says that the file is whole."""
    rows = bundle.frames[file]
    marked = rows.filter(pl.col("status").is_not_null() & pl.col("changed").is_not_null())
    if rows.is_empty() or marked.height < rows.height or bundle.manifest.modes.get(file) == "bulk":
        marked = marked.clear()
    said = (
        "each has a status and a date of change, as in a delta file. If the export holds only what changed, "
        "do not use it: ask the vendor for a bulk export."
    )
    return all_rows(marked, "warning", "looks_like_delta", f"{file}.csv", None, pl.col("status"), said)
