"""Who teaches and who attends sections, out of Ed-Fi's associations. Students are numbers, never names."""

from __future__ import annotations

import polars as pl

from coursepush.load.edfi.fields import KINDS, SECTION
from coursepush.load.edfi.files import Source
from coursepush.load.edfi.findings import all_rows, finding
from coursepush.load.edfi.model import with_ids

POSITIONS = ("teacher of record", "assistant teacher", "support teacher", "substitute teacher")
"""Ed-Fi's positions in a classroom, in the order in which one of them is taken for the section's teacher."""


def in_sections(source: Source, kind: str, sections: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of the kind that refer to a section, with section_id, calendar_id; a finding about the others."""
    rows = source.frames[kind]
    known = sections.select(*SECTION, "section_id", "calendar_id")
    found = rows.join(known, on=list(SECTION), how="inner", maintain_order="left")
    lost = rows.join(found.select("row").unique(), on="row", how="anti", maintain_order="left")
    said = "of no section of Section; they were left out."
    value = pl.concat_str(SECTION, separator=" / ", ignore_nulls=True)
    column = source.column(kind, "number")
    return found, all_rows(lost, "warning", "no_section", KINDS[kind].table, column, value, said)


def make_teachers(
    source: Source, sections: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, bool, list[pl.DataFrame]]:
    """teacher, with `staff`; section_id and teacher_id of the sections that have one; the rows that gave these;
    whether the ids were made up; findings.

    A section's teacher is the teacher of record, else one in another position (see POSITIONS); of several the
    one who began last, then the first by id.
    """
    kind = "StaffSectionAssociation"
    teaching, lost = in_sections(source, kind, sections)
    place = {name: number for number, name in enumerate(POSITIONS)}
    ranked = teaching.with_columns(
        rank=pl.col("position").str.to_lowercase().replace_strict(place, default=len(POSITIONS))
    ).sort(
        "section_id",
        "rank",
        "start_date",
        "staff",
        "row",
        descending=[False, False, True, False, False],
        nulls_last=True,
    )
    chosen = ranked.unique("section_id", keep="first", maintain_order=True)
    others = ranked.join(chosen, on="row", how="anti").join(
        chosen.select("section_id", first="staff"), on="section_id"
    )
    column = source.column(kind, "staff")
    again, besides = pl.col("staff") == pl.col("first"), pl.col("staff") != pl.col("first")
    said_again = "the person is the section's teacher by another one already; they were left out."
    said = "the section has another first teacher; the model keeps one a section, so they were left out."
    found = [
        lost,
        all_rows(others.filter(besides), "note", "other_teachers", "section", column, pl.col("staff"), said),
        all_rows(others.filter(again), "note", "repeated", "section", column, pl.col("staff"), said_again),
    ]
    names, of_names = _names(source, chosen)
    teachers, made = with_ids(
        chosen.select("staff").unique().join(names, on="staff", how="left"), "teacher_id", "staff"
    )
    taught = chosen.join(teachers, on="staff").select("section_id", "teacher_id").sort("section_id")
    return teachers, taught, chosen.select("file", "row"), made, [*found, *of_names]


def _names(source: Source, chosen: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """staff, name of every member of staff that is told; findings about who is not, and who teaches nothing."""
    staff = source.frames.get("Staff")
    if staff is None:
        message = "Nothing tells the names of staff (Staff): teachers have none."
        none = pl.DataFrame(schema={"staff": pl.String, "name": pl.String})
        return none, [finding("warning", "no_names", "teacher", None, message)]
    name = pl.concat_str("given", "family", separator=" ", ignore_nulls=True)
    column = source.column("Staff", "staff")
    idle = staff.join(chosen, on="staff", how="anti")
    said = "of staff who are no section's first teacher; the model has no use for them."
    found = [all_rows(idle, "note", "no_class", "teacher", column, pl.lit(None), said)]
    unknown = chosen.join(staff, on="staff", how="anti")
    said = "the person is not in Staff; the teacher has no name."
    column = source.column("StaffSectionAssociation", "staff")
    found.append(all_rows(unknown, "warning", "unknown_staff", "teacher", column, pl.col("staff"), said))
    return staff.select("staff", name=pl.when(name != "").then(name)), found


def make_enrollments(
    source: Source, sections: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, list[pl.DataFrame]]:
    """section_id, `student` once each; the rows that gave these; findings.

    An association counts whether it has ended or not: nothing here says what day it is.
    """
    kind = "StudentSectionAssociation"
    attending, lost = in_sections(source, kind, sections)
    once = attending.sort("row").unique(["section_id", "student"], keep="first", maintain_order=True)
    again = attending.join(once, on="row", how="anti")
    said = "the student is in the section by another one already; they were left out."
    column = source.column(kind, "student")
    found = all_rows(again, "note", "repeated", "enrollment", column, pl.col("number"), said)
    return once.select("section_id", "student"), once.select("file", "row"), [lost, found]
