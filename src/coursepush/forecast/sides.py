"""The setup of the sections that a plan writes to, as it stands and as the plan leaves it."""

from __future__ import annotations

from coursepush.forecast.grades import next_prefix
from coursepush.forecast.steps import GradeSteps, Rows, Side, standing
from coursepush.model.verdicts import WRITING
from coursepush.plan.after import as_it_stands, rows_after_sql
from coursepush.plan.door import plan_request
from coursepush.plan.plan import Plan
from coursepush.plan.tables import PlanTables
from coursepush.store.database import Session
from coursepush.store.templates import template

_ELEMENTS = ("categories", "grade_calc_options", "composite_grades")
"""What grades rest on; the rest of a section's setup leaves them alone."""

_UNSAID = "what the plan would do to grades"

_WRITING = ", ".join(f"'{verdict}'" for verdict in WRITING)


def setup_by(session: Session, plan: Plan) -> GradeSteps:
    """Make the tables of the setup before and after `plan`; of one that stops at courses, as if it went on."""
    written = _to_sections(session, plan)
    sides = (Side("before", standing), Side("after", _left_by(written)))
    steps = GradeSteps(session, next_prefix(), sides)
    steps.setup(_written_sections(written.tables))
    return steps


def _to_sections(session: Session, plan: Plan) -> Plan:
    """The plan as it stands, or the one that goes on to sections where this one stops at courses."""
    onward = plan.request.onward()
    return as_it_stands(plan, session, _UNSAID) if onward is None else plan_request(plan.store, session, onward)


def _left_by(plan: Plan) -> Rows:
    """The rows of a setup table as the plan leaves them; as long as somebody has this, the plan has its tables."""

    def rows(table: str, prefix: str) -> str:
        owners = f"(select section_id as owner_id from {prefix}section)"
        return rows_after_sql(plan.tables, table, owners=owners)

    return rows


def _written_sections(tables: PlanTables) -> str:
    selects = [
        f"select owner_id from {one.rows} where verdict in ({_WRITING})"
        for one in tables.judged(2)
        if one.element.name in _ELEMENTS
    ]
    if tables.has_setup:
        elements = ", ".join(f"'{name}'" for name in _ELEMENTS)
        selects.append(
            f"select section_id as owner_id from {tables.setup} where verdict in ({_WRITING}) "
            f"and element in ({elements}) and section_id is not null"
        )
    return template("coursepush.forecast", "written_section").format_map(
        {"selects": "\n        union all\n        ".join(selects)}
    )


def reached_courses(session: Session, tables: PlanTables) -> list[int]:
    """The courses that a plan has a verdict on, by id."""
    return [int(row[0]) for row in session.rows("reached courses", f"{_reached(tables)} order by course_id")]


def reached_sections(plan: Plan) -> int:
    """How many sections the courses have that a plan has a verdict on."""
    sections = f"select count(*) from section as s semi join ({_reached(plan.tables)}) as c using (course_id)"
    with plan.store.reading() as session:
        return int(session.value("reached sections", sections))


def _reached(tables: PlanTables) -> str:
    places = [one.rows for one in tables.filled()] + [tables.same(1), tables.same(2), tables.fields, tables.whole]
    if tables.has_setup:
        places.append(f"(select * from {tables.setup} where course_id is not null)")
    selects = "\n    union all\n    ".join(f"select course_id from {place}" for place in places)
    return template("coursepush.forecast", "reached_course").format_map({"selects": selects})
