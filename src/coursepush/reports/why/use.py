"""What protects a row: how much of students' work uses it, and how that may be told."""

from __future__ import annotations

from typing import Any

import polars as pl

from coursepush.errors import counted
from coursepush.model.elements import ELEMENTS_BY_NAME, SetupElement, Use
from coursepush.reports.reading import Reading
from coursepush.reports.residual.report import used_places
from coursepush.reports.small_counts import COUNTS
from coursepush.reports.why.place import Place
from coursepush.store.layout import given_tables

_ASSIGNMENTS = ("assignments", "inactive_assignments")
_SCHEMA: dict[str, Any] = {
    "level": pl.String,
    "row_id": pl.Int64,
    **dict.fromkeys((*_ASSIGNMENTS, *COUNTS, "other_students"), pl.Int64),
    "sentence": pl.String,
}


def _tables(spec: SetupElement) -> dict[str, set[str]]:
    """Per count, the tables from which it is made: one that was not loaded leaves it unknown."""
    is_category = spec.use is Use.CATEGORY
    work = {"assignment"} if is_category else {"assignment", "assignment_task", "score"}
    posted: set[str] = set() if is_category else {"posted_grade"}
    of_students = work | {"score"} | posted
    return {
        **dict.fromkeys(_ASSIGNMENTS, work),
        "scores": work | {"score"},
        "posted_grades": posted,
        **dict.fromkeys(("comments", "students"), of_students),
        "other_students": of_students | {"enrollment"},
    }


def read_protection(found: Reading, place: Place, element: str, level: str, row_id: int | None) -> pl.DataFrame:
    """What makes the row used (RULES.md 2), counted as in the report Residual Data; one row.

    On a course the counts go over all its sections. A count that cannot be known, because a table of students'
    work was not loaded, is null, and `sentence` says so.

    Args:
        row_id: the row asked about; None where there is none, which then nothing uses.
    """
    spec = ELEMENTS_BY_NAME.get(element)
    if spec is None or spec.use is Use.NEVER or row_id is None:
        why = "Nothing protects it: there is no such row here."
        if spec is None:
            why = "A field is never in use, so nothing protects it."
        elif row_id is not None:
            why = "An assessment is never in use, so nothing protects it."
        return _one_row(level, row_id, dict.fromkeys((*_ASSIGNMENTS, *COUNTS), 0), None, why)
    owner = {"course_id": place.course_id, "section_id": place.section_id if level == "section" else None}
    values = {"level": level, "element": element, "row_id": row_id, **owner}
    found.do("why/candidate", values, table=spec.table(level), **used_places(spec, "r."))
    for name in ("need", "assignment", "grade"):
        found.do(f"residual/{name}")
    use = found.frame("why/use", owner).row(0, named=True)
    given, needs = given_tables(found.session), _tables(spec)
    known = {name: use[name] if given.issuperset(tables) else None for name, tables in needs.items()}
    missing = sorted(set[str]().union(*needs.values()) - given - {"enrollment"})
    others = known.pop("other_students")
    return _one_row(level, row_id, known, others, _sentence(known, missing))


def _one_row(
    level: str, row_id: int | None, counts: dict[str, Any], others: int | None, sentence: str
) -> pl.DataFrame:
    row = {"level": level, "row_id": row_id, **counts, "other_students": others, "sentence": sentence}
    return pl.DataFrame([row], schema=_SCHEMA)


# -- in words --------------------------------------------------------------------------------------------


def use_words(protection: pl.DataFrame) -> str:
    """What uses the row, in words: "12 assignments, scores and comments use it"; empty for nothing.

    Only assignments are counted: these words are for everybody to read, and from the counts of two sections one
    could work out a small count of students (MODEL.md 10).
    """
    row = protection.row(0, named=True)
    counts = {name: row[name] for name in (*_ASSIGNMENTS, *COUNTS)}
    return _use(counts) if any(counts.values()) else ""


def use_line(protection: pl.DataFrame) -> str:
    """The same as a line by itself; empty for nothing."""
    use = use_words(protection)
    return f"{use[0].upper()}{use[1:]}." if use else ""


def _use(counts: dict[str, Any]) -> str:
    number, inactive = counts["assignments"], counts["inactive_assignments"]
    parts = [counted(number, "inactive assignment" if inactive == number else "assignment")] if number else []
    if number and 0 < inactive < number:
        parts[0] += f" ({inactive:,} of them inactive)"
    parts += [noun for name, noun in _NOUNS.items() if counts[name]]
    said = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{said} {'uses' if len(parts) == 1 and counts['assignments'] == 1 else 'use'} it"


_NOUNS = {"scores": "scores", "posted_grades": "posted grades", "comments": "comments"}


def _sentence(counts: dict[str, Any], missing: list[str]) -> str:
    use = _use(counts) if any(counts.values()) else ""
    unknown = ""
    if missing:
        were = "was" if len(missing) == 1 else "were"
        unknown = f" How much uses it cannot be known: {', '.join(missing)} {were} not loaded."
    if use:
        return f"{use[0].upper()}{use[1:]}, which protects it.{unknown}"
    return unknown.strip() or "No assignment and no posted grade uses it, so nothing protects it."
