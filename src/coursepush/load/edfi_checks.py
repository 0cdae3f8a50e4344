"""What must hold between the files of an Ed-Fi folder, and rows that say again what another row said."""

from __future__ import annotations

import polars as pl

from coursepush.load.edfi_fields import header
from coursepush.load.edfi_files import findings_of

Frames = dict[str, pl.DataFrame]

KEYS: dict[str, tuple[str, ...]] = {
    "School.csv": ("school",),
    "LocalEducationAgency.csv": ("district",),
    "Session.csv": ("school", "end_year", "session"),
    "GradingPeriod.csv": ("school", "end_year", "term_seq"),
    "Course.csv": ("org", "code"),
    "CourseOffering.csv": ("school", "end_year", "session", "local_code"),
    "Section.csv": ("school", "end_year", "session", "local_code", "number"),
    "LearningStandard.csv": ("code",),
}
"""By which fields the rows of a file are told apart."""

MANY_VALUED: dict[str, tuple[str, ...]] = {"Course.csv": ("grade", "standard")}
"""Fields that a file gives several values of by repeating the row."""


def distinct(frames: Frames) -> tuple[Frames, list[pl.DataFrame]]:
    """Each file with every row once, in the order of the file; notes of repeats and errors of contradictions.

    A row that repeats another's key and says the same is dropped with a note; one that says something else is
    an error. A course stays in several rows where these differ in grades or standards alone.
    """
    findings = [found for name, frame in frames.items() for found in _repeats(name, frame)]
    kept = {
        name: frame.unique([*KEYS[name], *MANY_VALUED.get(name, ())], keep="first", maintain_order=True)
        for name, frame in frames.items()
    }
    return kept, findings


def _repeats(name: str, frame: pl.DataFrame) -> list[pl.DataFrame]:
    """Findings of the rows whose key stood in a row above."""
    key = list(KEYS[name])
    many = MANY_VALUED.get(name, ())
    values = [column for column in frame.columns if column not in (*key, *many, "line")]
    told = pl.struct(pl.lit(0), *values)  # a struct of nothing would not be allowed
    rows = frame.filter(pl.all_horizontal(pl.col(key).is_not_null())).with_columns(
        first_line=pl.col("line").first().over(key),
        differs=told.n_unique().over(key) > 1,
        repeats=~pl.struct(*key, *many).is_first_distinct(),
    )
    later = rows.filter(pl.col("line") > pl.col("first_line"))
    column = header(name, key[-1])
    value = pl.concat_str(key, separator=" / ")
    where = pl.format(name + ", line {}: {} stood in line {} already", "line", value, "first_line")
    error = where + pl.lit(", with other values.")
    note = where + pl.lit("; the row was dropped.")
    return [
        findings_of(later.filter("differs"), "refusal", "duplicate_id", name, column, value, error),
        findings_of(
            later.filter(~pl.col("differs") & pl.col("repeats")),
            "note",
            "duplicate_row",
            name,
            column,
            value,
            note,
        ),
    ]


def broken_references(frames: Frames) -> list[pl.DataFrame]:
    """Errors for rows that name a school, session, course, offering or standard that is not there.

    A grading period of a school and year without sessions is a warning: it finds no calendar.
    Standards are looked for only where LearningStandard.csv was given.
    """
    schools, sessions = frames["School.csv"], frames["Session.csv"]
    calendar = ("school", "end_year")
    session = (*calendar, "session")
    offering = (*session, "local_code")
    found = [
        _unknown(frames, name, ("school",), schools, "a school of School.csv")
        for name in ("Session.csv", "GradingPeriod.csv", "CourseOffering.csv")
        if name in frames
    ]
    courses = frames["Course.csv"]
    places = owners(frames)
    found.append(_unknown(frames, "Course.csv", ("org",), places, "a school or the district"))
    found.append(_unknown(frames, "CourseOffering.csv", session, sessions, "a session of Session.csv"))
    found.append(_unknown(frames, "CourseOffering.csv", ("org", "code"), courses, "a course of Course.csv"))
    offerings = frames["CourseOffering.csv"]
    found.append(_unknown(frames, "Section.csv", offering, offerings, "an offering of CourseOffering.csv"))
    if "GradingPeriod.csv" in frames:
        known = frames["GradingPeriod.csv"].join(schools, on="school", how="semi")
        found.append(
            _unknown(
                frames | {"GradingPeriod.csv": known},
                "GradingPeriod.csv",
                calendar,
                sessions,
                "a school and year with sessions; the grading period was left out",
                severity="warning",
                rule="no_calendar",
            )
        )
    if "LearningStandard.csv" in frames:
        bank = frames["LearningStandard.csv"].select(standard="code")
        found.append(_unknown(frames, "Course.csv", ("standard",), bank, "a standard of LearningStandard.csv"))
    return found


def owners(frames: Frames) -> pl.DataFrame:
    """Who may define courses: the schools and the district; one column `org`."""
    schools = frames["School.csv"]
    agencies = frames.get("LocalEducationAgency.csv", schools)
    return pl.concat(
        [schools.select(org="school"), schools.select(org="district"), agencies.select(org="district")]
    ).unique()


def _unknown(
    frames: Frames,
    name: str,
    key: tuple[str, ...],
    parent: pl.DataFrame,
    what: str,
    severity: str = "refusal",
    rule: str = "unknown_reference",
) -> pl.DataFrame:
    """A finding for each row of the file `name` whose `key` is in no row of `parent`."""
    rows = frames[name].filter(pl.all_horizontal(pl.col(key).is_not_null()))
    lost = rows.join(parent, on=list(key), how="anti", maintain_order="left").sort("line")
    value = pl.concat_str(key, separator=" / ")
    message = pl.format(name + ", line {}: {} is not " + what + ".", "line", value)
    return findings_of(lost, severity, rule, name, header(name, key[-1]), value, message)
