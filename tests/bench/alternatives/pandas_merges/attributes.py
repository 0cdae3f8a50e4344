"""What is pushed of a course itself: attributes, district-defined fields, and the sections' advisory flag."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .frames import Frames
from .pairing import Mask, differ


def push_attributes(tables: Frames, target: pd.DataFrame, fields: list[str]) -> pd.DataFrame:
    """The courses after the push: those in `target` take their masters' values of the locked `fields` (4.1)."""
    course = tables["course"].copy()
    if not fields or target.empty:
        return course
    masters = tables["course_master"]
    at = pd.Index(course["course_id"]).get_indexer(target["course_id"])
    master_at = pd.Index(masters["master_id"]).get_indexer(target["master_id"])
    for field in fields:
        values = course[field].array.copy()
        if field == "number":
            goes = _numbers_that_go(course, at, masters["number"].array[master_at])
            values[at[goes]] = masters[field].array[master_at[goes]]
        else:
            values[at] = masters[field].array[master_at]
        course[field] = values
    return course


def _numbers_that_go(course: pd.DataFrame, at: np.ndarray, new_numbers: pd.api.extensions.ExtensionArray) -> Mask:
    """Which of the courses at `at` can take their new number: numbers stay unique in a calendar (4.1).

    Every number is first assumed to go through; those that collide fall back, until none collides.
    """
    numbers = course[["calendar_id", "number"]].copy()
    changing = np.zeros(len(course), dtype=bool)
    changing[at] = numbers["number"].array[at] != new_numbers
    assumed = numbers["number"].array.copy()
    assumed[at] = new_numbers
    while True:
        standing = numbers["number"].where(~changing, pd.Series(assumed, index=numbers.index))
        twice = numbers.assign(number=standing).duplicated(["calendar_id", "number"], keep=False).to_numpy()
        if not (changing & twice).any():
            return changing[at]
        changing &= ~twice


def push_custom_fields(tables: Frames, target: pd.DataFrame, fields: list[str]) -> pd.DataFrame:
    """The district-defined fields after the push; a field without a row is empty."""
    custom = tables["custom_field"].copy()
    for field in fields:
        rows = custom[custom["field"] == field]
        of_master = rows[rows["level"] == "master"].set_index("owner_id")["value"]
        of_course = rows[rows["level"] == "course"].set_index("owner_id")["value"]
        wanted = target["master_id"].map(of_master).astype("str").array
        present = target["course_id"].map(of_course).astype("str")
        changed = differ(pd.Series(wanted), present)
        new = pd.Series(wanted[changed], index=target["course_id"].to_numpy()[changed], dtype="str")
        is_course = (custom["level"] == "course") & (custom["field"] == field)
        has_row = is_course & custom["owner_id"].isin(new.index)
        custom.loc[has_row, "value"] = new.loc[custom.loc[has_row, "owner_id"]].array
        added = new[~new.index.isin(custom.loc[is_course, "owner_id"])]
        custom = pd.concat(
            [
                custom,
                pd.DataFrame(
                    {"level": "course", "owner_id": added.index, "field": field, "value": added.array}
                ).astype(custom.dtypes),
            ],
            ignore_index=True,
        )
    return custom


def push_advisory(section: pd.DataFrame, course: pd.DataFrame, reached: pd.DataFrame) -> pd.DataFrame:
    """The sections after the push: those in `reached` take the course's advisory flag, null being false (5.2)."""
    section = section.copy()
    flags = course.set_index("course_id")["is_advisory"].fillna(False)
    wanted = flags.reindex(section["course_id"]).set_axis(section.index)
    changes = section["section_id"].isin(reached["section_id"]) & (section["is_advisory"].fillna(False) != wanted)
    section.loc[changes, "is_advisory"] = wanted[changes]
    return section
