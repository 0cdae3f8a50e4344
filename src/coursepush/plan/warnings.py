"""What a plan warns of before anything is written (RULES.md 1): never a refusal by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from coursepush.errors import counted, examples
from coursepush.load.without_setup import owners_sql
from coursepush.model.elements import ELEMENT_LABELS, SETUP_ELEMENTS, Use
from coursepush.model.verdicts import Link, Reason, Verdict
from coursepush.plan.fates import fates_sentence, totals_by_fate
from coursepush.plan.request import Scope, school_year, school_year_of
from coursepush.plan.requests.course_push import CoursePush
from coursepush.plan.requests.master_push import MasterPush
from coursepush.plan.tables import PlanTables
from coursepush.plan.weights import weights_apart
from coursepush.store.database import Session

_Push = MasterPush | CoursePush


class PlanWarning(str):
    """A sentence for people, with a `code` for programs."""

    code: str

    def __new__(cls, code: str, text: str) -> PlanWarning:
        warning = super().__new__(cls, text)
        warning.code = code
        return warning


def plan_warnings(
    session: Session,
    tables: PlanTables,
    request: _Push,
    scope: Scope,
    counts: pl.DataFrame,
    today: dt.date,
    unknown_work: frozenset[str],
    unknown_rows: int,
    of_its_kind: list[PlanWarning],
) -> list[PlanWarning]:
    """All warnings of a push, the gravest first. Must run while the plan's working tables are there.

    `of_its_kind`: those that only its kind of push has.
    """
    warnings = _unknown_use(request, unknown_work, unknown_rows)
    warnings += _in_session(session, tables, request, today)
    warnings += of_its_kind
    unfit = weights_apart(session, tables, counts)
    warnings += [PlanWarning("category_weights", unfit)] if unfit is not None else []
    warnings += _dependencies(request, scope, counts)
    warnings += _nothing_linked(session, tables, scope, counts)
    return warnings


def masters_warnings(
    session: Session, tables: PlanTables, request: MasterPush, scope: Scope, counts: pl.DataFrame, today: dt.date
) -> list[PlanWarning]:
    """Those that only a push of course masters has."""
    return [
        *_not_a_future_year(session, tables, request, today),
        *_local_setup_lost(counts),
        *_weights_apart(scope),
        *_no_setup(session, tables),
    ]


def unreached_warning(names: Sequence[str]) -> list[PlanWarning]:
    """What was named and exists, but is not in the scope of the push."""
    if not names:
        return []
    text = f"Named, but not within reach of this push, and so left out: {examples(names)}."
    return [PlanWarning("not_reached", text)]


def _unknown_use(request: _Push, unknown_work: frozenset[str], rows: int) -> list[PlanWarning]:
    if not unknown_work:
        return []
    were = "was" if len(unknown_work) == 1 else "were"
    text = f"It is not known which setup is in use: {', '.join(sorted(unknown_work))} {were} not loaded. "
    if not rows:
        text += "Nothing that disappears or is taken over by this plan rests on it."
    elif request.assume_unused:
        text += f"{counted(rows, 'row')} would disappear or be taken over as if unused, as you asked."
    else:
        text += (
            f"{counted(rows, 'row')} would disappear or be taken over as if no assignment or grade used them. "
            "Load the students' work, or plan with assume_unused=True if you are sure."
        )
    return [PlanWarning("use_unknown", text)]


def _in_session(session: Session, tables: PlanTables, request: _Push, today: dt.date) -> list[PlanWarning]:
    names = [
        str(row[0])
        for row in session.rows(
            "calendars in session",
            "select k.name from calendar as k "
            f"where k.calendar_id in (select calendar_id from {tables.prefix}target_course) "
            "and k.start_date <= $today and $today <= k.end_date order by k.name",
            {"today": today},
        )
    ]
    if not names:
        return []
    where = f"Classes are in session in {examples(names)}. "
    if request.overwrites:
        text = where + (
            "Overwriting now replaces setup that teachers are grading with: students' grades may change, and "
            "scores may have to be moved by hand. Overwrite is meant for future years."
        )
    else:
        text = where + "What is pushed now may change how students' grades are calculated."
    return [PlanWarning("in_session", text)]


def _not_a_future_year(
    session: Session, tables: PlanTables, request: MasterPush, today: dt.date
) -> list[PlanWarning]:
    begins = session.value(
        "year begins",
        "select min(start_date) from calendar "
        f"where calendar_id in (select calendar_id from {tables.prefix}target_course)",
    )
    is_future = begins > today if begins is not None else request.year > school_year_of(today)
    if request.mode != "overwrite" or is_future:
        return []
    return [
        PlanWarning(
            "not_a_future_year",
            f"{school_year(request.year)} is not a future year. Overwrite is meant for future "
            "years; in this one, scores and grades may have to be moved by hand.",
        )
    ]


def _local_setup_lost(counts: pl.DataFrame) -> list[PlanWarning]:
    """What schools made on courses and do not keep as theirs: counted as plan.fates() counts it."""
    taken = counts.filter(
        (pl.col("hop") == 1)
        & (pl.col("link") == Link.LOCAL)
        & pl.col("verdict").is_in([Verdict.DELETE, Verdict.RELINK])
    )
    rows = int(taken["rows"].sum())
    if not rows:
        return []
    labels = [ELEMENT_LABELS[name] for name in taken["element"].unique(maintain_order=True)]
    told = fates_sentence(totals_by_fate(taken))
    return [
        PlanWarning(
            "local_setup_lost",
            f"Your schools keep their own setup here. Of {counted(rows, 'row')} that they made on courses "
            f"({', '.join(labels)}), {told}.",
        )
    ]


def _weights_apart(scope: Scope) -> list[PlanWarning]:
    composites = any(element.name == "composite_grades" for element in scope.hop1)
    if not composites or scope.composite_structure == scope.composite_weights:
        return []
    locked, open_ = ("structure", "weights") if scope.composite_structure else ("weights", "structure")
    return [
        PlanWarning(
            "weights_apart",
            f"Composite {locked} are locked and composite {open_} are not: after the push a composite's "
            "weights may no longer fit together. Check them on the courses.".replace(
                "structure are", "structure is"
            ),
        )
    ]


def _no_setup(session: Session, tables: PlanTables) -> list[PlanWarning]:
    """Course masters in scope from which nothing comes, since they have no setup at all."""
    found = session.rows(
        "course masters without setup",
        # one row a course master in scope without setup, and how many courses it would be pushed to
        "select m.number, count(*) from course_master as m "
        f"join {tables.prefix}target_course as c on c.master_id = m.master_id "
        f"where m.master_id not in ({owners_sql()}) group by m.master_id, m.number order by m.number",
    )
    if not found:
        return []
    courses = sum(int(row[1]) for row in found)
    one = len(found) == 1
    text = (
        f"{counted(len(found), 'course master')} {'has' if one else 'have'} no setup, so that none comes to "
        f"{'its' if one else 'their'} {counted(courses, 'course')}: {examples([row[0] for row in found])}. Set "
        f"{'it' if one else 'them'} up, or let district.scaffold() do it."
    )
    return [PlanWarning("no_setup", text)]


def _dependencies(request: _Push, scope: Scope, counts: pl.DataFrame) -> list[PlanWarning]:
    blocked = counts.filter(pl.col("reason") == Reason.MISSING_DEPENDENCY)
    going = {element.name for element in scope.hop1}
    if blocked.is_empty() or {"grading_tasks", "standards"} <= going:
        return []
    labels = [ELEMENT_LABELS[name] for name in blocked["element"].unique(maintain_order=True)]
    return [
        PlanWarning(
            "missing_dependency",
            f"{', '.join(labels)} would be pushed without the grading tasks and standards they need: "
            f"{counted(int(blocked['rows'].sum()), 'row')} would be skipped for naming one that the course does "
            f"not have. {request.missing_task_cure}",
        )
    ]


def _nothing_linked(session: Session, tables: PlanTables, scope: Scope, counts: pl.DataFrame) -> list[PlanWarning]:
    """Elements that have rows on a level and no link there: names and keys decide alone."""
    present = (
        counts.filter(pl.col("link").is_not_null() & pl.col("element").is_in([e.name for e in SETUP_ELEMENTS]))
        .group_by("hop", "element", maintain_order=True)
        .agg(pl.col("rows").sum(), pl.col("rows").filter(pl.col("link") != Link.LOCAL).sum().alias("links"))
    )
    found = [(int(hop), str(name), int(rows)) for hop, name, rows, links in present.rows() if not links]
    weights_alone = any(element.use is Use.COMPOSITE for element in scope.hop1) and not scope.composite_structure
    composites = _unlinked_composites(session, tables)
    if weights_alone:  # none but linked ones have a verdict
        found += composites
    return [
        PlanWarning("nothing_linked", _unlinked_text(hop, name, rows, _renamed(counts, hop, name)))
        for hop, name, rows in sorted(found, key=lambda one: one[0])
    ]


def _unlinked_composites(session: Session, tables: PlanTables) -> list[tuple[int, str, int]]:
    """Hop, element and rows of the courses' composites, if there are some and none has a link."""
    rows, links = session.rows(
        "count links",
        "select count(*), count(r.parent_row_id) from course_composite as r "
        f"semi join {tables.prefix}target_course as c on c.course_id = r.owner_id",
    )[0]
    return [(1, "composite_grades", int(rows))] if rows and not links else []


def _renamed(counts: pl.DataFrame, hop: int, element: str) -> int:
    renamed = (pl.col("verdict") == Verdict.RENAME) & (pl.col("hop") == hop) & (pl.col("element") == element)
    return int(counts.filter(renamed)["rows"].sum())


def _unlinked_text(hop: int, name: str, rows: int, renamed: int) -> str:
    level, whose = ("courses", "school") if hop == 1 else ("sections", "teacher")
    tells = "names" if name == "categories" else "keys"
    text = (
        f"{counted(rows, 'row')} of {ELEMENT_LABELS[name]} on {level}, and no link to the level above: only their "
        f"{tells} tell what belongs together."
    )
    if renamed:
        theirs = f"{whose}'s category" if renamed == 1 else f"{whose}s' categories"
        text += f" {renamed:,} {theirs} of the same name would be renamed."
    return text + " district.plan_links(...) proposes the links by name and key."
