"""What must hold between the files of a OneRoster bundle, and the rows that its statuses take out of it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from coursepush.errors import counted
from coursepush.load.oneroster.fields import FILES, GONE
from coursepush.load.oneroster.files import Bundle
from coursepush.load.oneroster.findings import NO_FINDINGS, all_rows, each_row
from coursepush.load.oneroster.values import LINE


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that names rows of another file.

    A row goes with the row that it must name, when that one is left out; and a name that is not there at all is
    refused. A name that a row may do without is taken off in both cases: `without` says what that comes to.
    """

    file: str
    field: str
    target: str
    without: str = ""

    @property
    def must(self) -> bool:
        return not self.without


REFERENCES: tuple[Reference, ...] = (
    Reference("orgs", "parent", "orgs", "the row counts as one without"),
    Reference("academicSessions", "parent", "academicSessions", "dates decide which school year it is in"),
    Reference("courses", "org", "orgs"),
    Reference("courses", "school_year", "academicSessions", "the course counts as one without a school year"),
    Reference("classes", "course", "courses"),
    Reference("classes", "school", "orgs"),
    Reference("classes", "sessions", "academicSessions", "the class meets in the others"),
    Reference("enrollments", "class", "classes"),
    Reference("enrollments", "user", "users"),
    Reference("lineItems", "class", "classes"),
    Reference("lineItems", "category", "categories", "the assignment has no category"),
    Reference("lineItems", "session", "academicSessions", "the due date decides in which term it counts"),
    Reference("results", "line_item", "lineItems"),
    Reference("lineItemLearningObjectiveIds", "line_item", "lineItems"),
)
"""Who names whom. Not here: a result's student, who may have left (scores of such students are kept)."""


def check(bundle: Bundle) -> list[pl.DataFrame]:
    """What must hold, once :func:`leave_out` has taken out what is no more.

    Refusals: sourcedIds given twice, rows that must be there and are not, sessions that end before they start.
    Names that a row may do without, and that are not there, are taken off with a warning.
    """
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
        return _take_off(bundle, reference, rows, "file_not_given", f"names rows of {target}, which was not given")
    lost = rows.join(bundle.frames[reference.target].select(named="key"), on="named", how="anti")
    if not reference.must:
        return _take_off(bundle, reference, lost, "unknown_reference", f"names what is not in {target}")
    said = pl.format(
        column + " '{}' is not in " + target + ". Add that row there, or correct the value.", pl.col("named")
    )
    return each_row(lost, "unknown_reference", name, column, pl.col("named"), said)


def _take_off(bundle: Bundle, reference: Reference, lost: pl.DataFrame, rule: str, why: str) -> pl.DataFrame:
    """Take the names `lost` (line, named) off their rows, and say what that comes to."""
    if lost.is_empty():
        return NO_FINDINGS
    file, field = reference.file, reference.field
    rows, names = bundle.frames[file], lost["named"].implode()
    column, comes_to = bundle.column(file, field), reference.without
    if rows.schema[field] == pl.List(pl.String):
        kept = pl.col(field).list.eval(pl.element().filter(~pl.element().is_in(names)))
        bundle.frames[file] = rows.with_columns(kept)
        bare = bundle.frames[file].join(lost, on=LINE, how="semi").filter(pl.col(field).list.len() == 0)
        if bare.height:
            comes_to += f"; {counted(bare.height, 'row')} with no other, and so in every term of the school year"
    else:
        kept = pl.when(~pl.col(field).is_in(names)).then(field).alias(field)
        bundle.frames[file] = rows.with_columns(kept)
    of_rows = lost.unique(LINE, keep="first", maintain_order=True)
    said = f"{column} {why}; {comes_to}."
    return all_rows(of_rows, "warning", rule, f"{file}.csv", column, pl.col("named"), said)


def _named(rows: pl.DataFrame, field: str) -> pl.DataFrame:
    """line, key, named: one row for each name that a row gives in `field`."""
    given = rows.select(LINE, named=field)
    if given.schema["named"] == pl.List(pl.String):
        given = given.explode("named").unique(maintain_order=True)
    return given.drop_nulls("named")


# -- statuses ----------------------------------------------------------------------------------------------


def leave_out(bundle: Bundle) -> list[pl.DataFrame]:
    """Take rows that are marked as deleted or inactive out of the frames, and what hangs on them; findings."""
    findings: list[pl.DataFrame] = []
    left: dict[str, pl.Series] = {}
    for file in FILES:  # those that others name come first
        if file not in bundle.frames:
            continue
        name, rows = f"{file}.csv", bundle.frames[file]
        findings.append(_looks_like_delta(bundle, file))
        word = pl.col("status").str.to_lowercase()
        gone = rows.filter(word.is_in(GONE))
        said = "the status says deleted or inactive; they were left out."
        column = bundle.column(file, "status")
        findings.append(all_rows(gone, "warning", "left_out", name, column, pl.col("status"), said))
        odd = rows.filter(word.is_not_null() & ~word.is_in(["active", *GONE]))
        said = "the status is not known; they count as active."
        findings.append(all_rows(odd, "warning", "unknown_status", name, column, pl.col("status"), said))
        kept = bundle.frames[file] = rows.join(gone, on=LINE, how="anti", maintain_order="left")
        if "key" in rows.columns:
            left[file] = _keys_gone(rows, kept)
        findings += [
            _follow(bundle, each, left[each.target])
            for each in REFERENCES
            if each.file == file and each.target in left
        ]
        if "key" in rows.columns:
            left[file] = _keys_gone(rows, bundle.frames[file])
    return findings


def _keys_gone(before: pl.DataFrame, now: pl.DataFrame) -> pl.Series:
    """The sourcedIds of rows that were left out. One given twice is still there if one of its rows is."""
    return before.join(now, on="key", how="anti")["key"].drop_nulls().unique()


def follow(bundle: Bundle, file: str) -> list[pl.DataFrame]:
    """Leave the rows of `file` out that must name rows which were left out of other files since; findings."""
    return [
        _follow(bundle, each, None)
        for each in REFERENCES
        if each.file == file and each.must and each.target in bundle.frames
    ]


def _follow(bundle: Bundle, reference: Reference, left: pl.Series | None) -> pl.DataFrame:
    """Drop the rows, or the names, that point to the rows `left` out; all that are not there, where it is None."""
    file, field = reference.file, reference.field
    rows = bundle.frames[file]
    why = f"names a row of {reference.target}.csv that is marked deleted or inactive, or went with one"
    if not reference.must:
        assert left is not None
        named = _named(rows, field).filter(pl.col("named").is_in(left.implode()))
        return _take_off(bundle, reference, named, "deleted_reference", why)
    there = bundle.frames[reference.target]["key"].implode()
    is_lost = ~pl.col(field).is_in(there) if left is None else pl.col(field).is_in(left.implode())
    lost = rows.filter(is_lost)
    bundle.frames[file] = rows.join(lost, on=LINE, how="anti", maintain_order="left")
    column = bundle.column(file, field)
    why = why if left is not None else f"names a row of {reference.target}.csv that was left out"
    said = f"{column} {why}; they were left out too."
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
