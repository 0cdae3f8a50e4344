"""What must hold between the entities of Ed-Fi data, and entities that say again what another one said."""

from __future__ import annotations

import polars as pl

from coursepush.load.edfi.fields import ENTRY, KINDS
from coursepush.load.edfi.files import Frames, Source
from coursepush.load.edfi.findings import each_row
from coursepush.load.edfi.values import PLACE
from coursepush.load.findings import row_word


def distinct(source: Source) -> Frames:
    """Each kind with every entity once, in the order of the files; findings go to `source`.

    An entity that repeats another's key and says the same is dropped with a note; one that says something else
    is a refusal. An entity stays in several lines where it has several values of a repeated field.
    """
    kept: Frames = {}
    for kind, frame in source.frames.items():
        source.findings += _repeats(source, kind, frame)
        kept[kind] = frame.unique([*KINDS[kind].key, *KINDS[kind].many], keep="first", maintain_order=True)
    return kept


def _repeats(source: Source, kind: str, frame: pl.DataFrame) -> list[pl.DataFrame]:
    """Findings of the entities whose key an earlier one had."""
    what = KINDS[kind]
    key, many = list(what.key), list(what.many)
    must = [name for name in key if name == ENTRY or what.field(name).must]
    values = [name for name in frame.columns if name not in (*key, *many, *PLACE)]
    told = pl.struct(pl.lit(0), *values)  # a struct of nothing would not be allowed
    doubtful = frame.filter(pl.struct(key).is_duplicated()).drop_nulls(must)
    if doubtful.is_empty():
        return []
    rows = (
        doubtful.with_columns(
            first_row=pl.col("row").first().over(key),
            first_line=pl.col("line").first().over(key),
            first_file=pl.col("file").first().over(key),
            repeats=~pl.struct(*key, *many).is_first_distinct(),
            first_told=told.first().over(key),
            told=told,
        )
        .filter(pl.col("row") != pl.col("first_row"))
        .with_columns(differs=pl.col("told").ne_missing(pl.col("first_told")))
    )
    where = (
        pl.when(pl.col("file") == pl.col("first_file"))
        .then(pl.lit(""))
        .otherwise(pl.format(" of {}", "first_file"))
    )
    shown = pl.concat_str(key, separator=" / ", ignore_nulls=True)
    word = row_word(str(rows["file"].first() or ""))
    said = pl.format("{} stood in " + word + " {}{} already", shown, "first_line", where)
    column, first = source.column(kind, key[-1]), rows.unique("row", keep="first", maintain_order=True)
    error = said + pl.lit(", with other values. Correct one of them, or take it out.")
    note = said + pl.lit("; it was dropped.")
    refused = first.filter("differs")
    dropped = rows.filter(~pl.col("differs") & pl.col("repeats").all().over("row")).unique(
        "row", keep="first", maintain_order=True
    )
    return [
        each_row(refused, "refusal", "duplicate_id", what.table, column, shown, error),
        each_row(dropped, "note", "duplicate_row", what.table, column, shown, note),
    ]


def check_references(source: Source) -> None:
    """Refusals of what names a school, session, course, offering or standard that is not there.

    A grading period of a school and year without sessions is a warning: it finds no calendar. So is a standard
    that is not there: a course may do without. Standards are looked for only where some are given. People and
    students' work are not looked at here: what of them leads nowhere is set aside.
    """
    frames = source.frames
    schools, sessions = frames["School"], frames["Session"]
    calendar = ("school", "end_year")
    session = (*calendar, "session")
    for kind in ("Session", "GradingPeriod", "CourseOffering"):
        if kind in frames:
            _unknown(source, kind, ("school",), schools, "school of School")
    _unknown(source, "Course", ("org",), owners(frames), "school, and not the district")
    _unknown(source, "CourseOffering", session, sessions, "session of Session")
    _unknown(source, "CourseOffering", ("org", "code"), frames["Course"], "course of Course")
    offering = (*session, "local_code")
    _unknown(source, "Section", offering, frames["CourseOffering"], "offering of CourseOffering")
    if "GradingPeriod" in frames:
        placed = frames["GradingPeriod"].join(schools, on="school", how="semi", maintain_order="left")
        lost = placed.join(sessions, on=calendar, how="anti", maintain_order="left")
        said = "{} is no school and year with sessions; the grading period was left out."
        _say(source, "GradingPeriod", calendar, lost, said, "warning", "no_calendar")
    if "LearningStandard" in frames:
        bank = frames["LearningStandard"].select(standard="code")
        _unknown(source, "Course", ("standard",), bank, "standard of LearningStandard", severity="warning")


def owners(frames: Frames) -> pl.DataFrame:
    """Who may define courses: the schools and the district; one column `org`."""
    schools = frames["School"]
    agencies = frames.get("LocalEducationAgency", schools)
    return pl.concat(
        [schools.select(org="school"), schools.select(org="district"), agencies.select(org="district")]
    ).unique()


def _unknown(
    source: Source,
    kind: str,
    key: tuple[str, ...],
    parent: pl.DataFrame,
    what: str,
    severity: str = "refusal",
) -> None:
    """A finding for each line of the kind whose `key` is in no line of `parent`."""
    rows = source.frames[kind].filter(pl.all_horizontal(pl.col(key).is_not_null()))
    lost = rows.join(parent, on=list(key), how="anti", maintain_order="left")
    _say(source, kind, key, lost, "{} is no " + what + ".", severity, "unknown_reference")


def _say(
    source: Source, kind: str, key: tuple[str, ...], rows: pl.DataFrame, said: str, severity: str, rule: str
) -> None:
    value = pl.concat_str(key, separator=" / ")
    column = source.column(kind, key[-1])
    source.findings.append(
        each_row(rows, severity, rule, KINDS[kind].table, column, value, pl.format(said, value))
    )
