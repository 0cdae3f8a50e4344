"""A plan as change files: one CSV for each school, one line a change, to be keyed in or imported.

What a plan of setup changes on catalogs and course masters has a file of its own, and stands first in the others.

What is decided here is carried out in the information system. These files say what to do there, in the words of
its screens, for the person at each school who does it.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import polars as pl

from coursepush.files import FolderKind, file_names, new_folder
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.model.verdicts import REASON_SENTENCES, Verdict
from coursepush.plan.fates import WRITTEN_SQL
from coursepush.plan.plan import Plan
from coursepush.plan.setup.standing import as_hop_0_leaves
from coursepush.plan.text import ROW_COLUMNS
from coursepush.reports.files import defused, write_csv
from coursepush.reports.filters import EVERY_COURSE
from coursepush.reports.reading import report_sql
from coursepush.reports.result.report import (
    ORDER_SQL,
    Applied,
    find_push,
    worded_rows_sql,
)
from coursepush.reports.sentences import why_and_what
from coursepush.reports.words import side_sql
from coursepush.store.database import Session, Store

CHANGE_COLUMNS: tuple[str, ...] = (
    "School",
    "Calendar",
    "Course Number",
    "Course Name",
    "Section",
    "Teacher",
    "On",
    "Data",
    "Action",
    "What",
    "From",
    "To",
    "Why",
    "Course ID",
    "Section ID",
)
"""The columns of a change file. The ids come last: a course may have two sections of one number and teacher."""

ACTIONS: dict[str, str] = {
    Verdict.INSERT: "Add",
    Verdict.UPDATE: "Change",
    Verdict.RELINK: "Link to the level above",
    Verdict.RENAME: "Rename",
    Verdict.DELETE: "Remove",
}
"""Writing verdicts as instructions."""

DISTRICT = "Catalogs and course masters"
"""The file of what is set up for the whole district; the first one, since it is keyed in first."""

_numbers = itertools.count(1)


def write_changes(store: Store, push: Plan | Applied | int, folder: str | os.PathLike[str]) -> pl.DataFrame:
    """Write the change files; see :meth:`coursepush.District.export_changes`."""
    place = Path(folder).expanduser()
    written: list[tuple[str, str, int]] = []
    with new_folder(place, FolderKind.CHANGES) as new:
        changes = change_lines(store, push)
        names = _file_names(changes)
        for (school_id,), lines in changes.group_by("school_id", maintain_order=True):
            name = names[school_id]
            with new.new_file(name) as file:
                new.rows[name] = write_csv([lines.select([defused(each) for each in CHANGE_COLUMNS])], file)
            written.append((str(lines["School"][0] or ""), str(place / name), lines.height))
    return pl.DataFrame(
        written, schema={"school": pl.String, "file": pl.String, "changes": pl.Int64}, orient="row"
    )


def change_lines(store: Store, push: Plan | Applied | int) -> pl.DataFrame:
    """:data:`CHANGE_COLUMNS` and school_id, school_number; one row a row or field that the push writes."""
    prefix = f"changes{next(_numbers)}_"
    rows = push.rows(verdict=list(ACTIONS)) if isinstance(push, Plan) else None
    with store.reading() as session, as_hop_0_leaves(session, push):
        try:
            if rows is None:
                number = find_push(session, push.push_id if isinstance(push, Applied) else push)
                session.run(
                    "rows of the push",
                    f"create temp table {prefix}rows as select {', '.join(ROW_COLUMNS)} from push.history_row "
                    "where push_id = $push_id",
                    {"push_id": number},
                )
            else:
                session.take_in(f"{prefix}rows", rows)
            session.run("courses", report_sql("scope_course", p=prefix), EVERY_COURSE)
            found = _worded(session, prefix)
        finally:
            store.forget([f"{prefix}rows", f"{prefix}course"])
    why, _ = why_and_what(pl.col("reason"), REASON_SENTENCES)
    return found.select(
        pl.col("school").alias("School"),
        pl.col("calendar").alias("Calendar"),
        pl.col("course_number").alias("Course Number"),
        pl.col("course_name").alias("Course Name"),
        pl.col("section_number").alias("Section"),
        pl.col("teacher").alias("Teacher"),
        pl.col("hop").replace_strict({0: "Setup", 1: "Course", 2: "Section"}, return_dtype=pl.String).alias("On"),
        pl.col("element").replace(ELEMENT_LABELS).alias("Data"),
        pl.col("verdict").replace({str(one): words for one, words in ACTIONS.items()}).alias("Action"),
        pl.col("what").alias("What"),
        pl.col("said_before").alias("From"),
        pl.col("said_after").alias("To"),
        why.alias("Why"),
        pl.col("course_id").cast(pl.String).alias("Course ID"),
        pl.col("section_id").cast(pl.String).alias("Section ID"),
        "school_id",
        "school_number",
    )


def _worded(session: Session, prefix: str) -> pl.DataFrame:
    source = f"(select r.* from {prefix}rows as r where {WRITTEN_SQL})"
    worded = worded_rows_sql(
        prefix, source, more={"said_before": side_sql("before"), "said_after": side_sql("after")}
    )
    return session.frame(
        "change lines",
        f"""
        -- one row a row or field that the push writes
        select r.*, s.school_id, s.number as school_number
        from ({worded}) as r
        left join course as c on c.course_id = r.course_id
        left join calendar as k on k.calendar_id = c.calendar_id
        left join school as s on s.school_id = k.school_id
        where s.school_id is not null or (r.hop = 0 and r.course_id is null)
        order by s.school_id is not null, r.hop > 0, {ORDER_SQL.replace("school,", "school, s.school_id,", 1)}
        """,
    )


def _file_names(changes: pl.DataFrame) -> dict[int | None, str]:
    """School id → a file name that any system takes and that no other school has: its number and name."""
    schools = changes.select("school_id", "school_number", "School").unique(maintain_order=True)
    texts = {
        key: " ".join(str(part) for part in (number, name) if part) if key is not None else DISTRICT
        for key, number, name in schools.rows()
    }
    return file_names(texts, ".csv", "school")
