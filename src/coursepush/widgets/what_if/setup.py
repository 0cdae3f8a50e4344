"""What stands on a course master, a course or a section in a scenario, as the panel's fields show it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from coursepush.model.elements import ATTRIBUTE_LOCKS, COURSE_INFO, ELEMENT_LABELS, SETUP_LOCKS
from coursepush.plan.request import Name
from coursepush.widgets.what_if.whom import Whom

if TYPE_CHECKING:
    from coursepush.district.what_if import WhatIf

LOCK_LABELS = {
    **{lock: ELEMENT_LABELS.get(lock, "Composite Weights") for lock in SETUP_LOCKS},
    COURSE_INFO: "Course Info (all fields)",
}
"""The locks that the panel offers, as the catalog's screen calls them."""


@dataclass(frozen=True, slots=True)
class Option:
    """Calculation options of a task in a term. `task` is as an edit names it."""

    task: Name
    label: str
    term: int
    calc_type: str
    weight_categories: bool
    use_percent: bool


@dataclass(frozen=True, slots=True)
class Setup:
    """What stands there.

    Attributes:
        weights: a category's name → what it weighs, those that are left out of the calculation too.
        excluded: the names of these.
        totals: what the others weigh together: task → total; "" is every other task.
        tasks: grading tasks and standards: as an edit names it → (what to show, whether it is a standard).
        other_tasks: the same of those of the bank that are not there.
        options: of tasks in terms.
        locks: of the catalog, those of :data:`LOCK_LABELS` that are set; None where there is no catalog.
        catalog: its name.
        ignores: Ignore Master Push; None but on a course.
    """

    weights: dict[str, Decimal]
    excluded: frozenset[str]
    totals: dict[str, Decimal]
    tasks: dict[Name, tuple[str, bool]]
    other_tasks: dict[Name, tuple[str, bool]]
    options: list[Option]
    locks: frozenset[str] | None
    catalog: Name | None
    ignores: bool | None


_OWNER = {
    "master": "select m.master_id from course_master as m join catalog as c on c.catalog_id = m.catalog_id "
    "where c.{catalog} = $catalog and m.{master} = $master",
    "course": "select o.course_id from course as o join calendar as k on k.calendar_id = o.calendar_id "
    "where k.{calendar} = $calendar and o.{course} = $course",
}
_COURSE_OF = {"section": "select course_id from section where section_id = $owner", "course": "select $owner"}
_NAMED = (
    "select g.task_id, g.name, g.is_standard, (select count(*) from grading_task as o where o.name = g.name) = 1 "
    "as is_named from grading_task as g"
)


_TOTALS = """
with category as (
    select weight, task_ids from {level}_category where owner_id = $owner and not is_excluded
),
-- one row a task that some category is of, and one for all others
task as (
    select distinct unnest(task_ids) as task_id from category
    union all
    select null
)
select coalesce(g.name, cast(t.task_id as varchar), '') as task,
    (select coalesce(sum(c.weight), 0) from category as c
     where len(c.task_ids) = 0 or list_contains(c.task_ids, t.task_id)) as total
from task as t
left join grading_task as g on g.task_id = t.task_id
order by t.task_id is not null, 1, t.task_id
"""


def read_setup(scenario: WhatIf, whom: Whom) -> Setup:
    """What stands on those whom edits are about, with the edits that were made.

    Raises:
        ScenarioMovedError: the district was written to.
    """
    owner = _owner(scenario, whom)
    course = None if whom.level == "master" else _one(scenario, _COURSE_OF[whom.level], owner)
    of_tasks, task_owner = ("master", owner) if course is None else ("course", course)
    weights = scenario.sql(
        f"select name, weight, is_excluded from {whom.level}_category where owner_id = $owner "
        "order by sequence nulls last, lower(name)",
        {"owner": owner},
    )
    totals = scenario.sql(_TOTALS.format(level=whom.level), {"owner": owner})
    is_there = f"select task_id from {of_tasks}_task where owner_id = $owner"
    tasks = {
        words: scenario.sql(
            f"select * from ({_NAMED}) where task_id {words} ({is_there}) "
            "order by is_standard, name nulls last, task_id limit 500",
            {"owner": task_owner},
        )
        for words in ("in", "not in")
    }
    options = scenario.sql(
        f"select n.*, o.term_seq, o.calc_type, o.weight_categories, o.use_percent "
        f"from {whom.level}_grade_calc as o join ({_NAMED}) as n on n.task_id = o.task_id "
        "where o.owner_id = $owner order by n.name nulls last, o.task_id, o.term_seq",
        {"owner": owner},
    )
    catalog, locks = _locks(scenario, whom, course)
    there, others = (
        {
            _named(row): (row["name"] or str(row["task_id"]), row["is_standard"])
            for row in rows.iter_rows(named=True)
        }
        for rows in tasks.values()
    )
    return Setup(
        {name: weight for name, weight, _ in weights.rows()},
        frozenset(name for name, _, excluded in weights.rows() if excluded),
        dict(totals.rows()),
        there,
        others,
        [
            Option(
                _named(row),
                row["name"] or str(row["task_id"]),
                *(row[one] for one in ("term_seq", "calc_type", "weight_categories", "use_percent")),
            )
            for row in options.iter_rows(named=True)
        ],
        locks,
        catalog,
        _ignores(scenario, course) if whom.level == "course" else None,
    )


def _owner(scenario: WhatIf, whom: Whom) -> int:
    if whom.level == "section":
        assert whom.section is not None
        return whom.section
    named = {"catalog": whom.catalog, "master": whom.master, "calendar": whom.calendar, "course": whom.course}
    columns = {
        name: ("name" if name in ("catalog", "calendar") else "number") if isinstance(one, str) else f"{name}_id"
        for name, one in named.items()
    }
    sql = _OWNER[whom.level].format_map(columns)
    wanted = {name: one for name, one in named.items() if f"${name}" in sql}
    return int(scenario.sql(sql, wanted).item())


def _one(scenario: WhatIf, sql: str, owner: int) -> int:
    return int(scenario.sql(sql, {"owner": owner}).item())


def _locks(scenario: WhatIf, whom: Whom, course: int | None) -> tuple[Name | None, frozenset[str] | None]:
    """The catalog of the course master, as an edit names it, and which locks it has set."""
    if course is None:
        catalog = whom.catalog
    else:
        found = scenario.sql(
            "select c.name, c.catalog_id from course as o join course_master as m on m.master_id = o.master_id "
            "join catalog as c on c.catalog_id = m.catalog_id where o.course_id = $course",
            {"course": course},
        )
        if found.is_empty():
            return None, None
        catalog = found["name"].item()
    column = "name" if isinstance(catalog, str) else "catalog_id"
    rows = scenario.sql(
        "select l.lock from catalog_lock as l join catalog as c on c.catalog_id = l.catalog_id "
        f"where c.{column} = $catalog",
        {"catalog": catalog},
    )
    there = set(rows["lock"])
    every = {COURSE_INFO} if there.issuperset(ATTRIBUTE_LOCKS) else set[str]()
    return catalog, frozenset((there & set(SETUP_LOCKS)) | every)


def _ignores(scenario: WhatIf, course: int | None) -> bool:
    found = scenario.sql("select ignore_master_push from course where course_id = $course", {"course": course})
    return bool(found.item())


def _named(row: dict[str, object]) -> Name:
    """A task by its name, or by its id where that is not its alone."""
    return str(row["name"]) if row["is_named"] and row["name"] else int(str(row["task_id"]))
