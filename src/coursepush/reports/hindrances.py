"""What keeps a push from what the course master has: tasks, terms and numbers that a course cannot have."""

from __future__ import annotations

from coursepush.model.elements import SETUP_ELEMENTS
from coursepush.plan.fragments import pushable
from coursepush.store.database import Session
from coursepush.store.templates import template

_HERE, _PLAN = "coursepush.reports", "coursepush.plan"


def find_hindrances(session: Session, prefix: str) -> None:
    """Make, of the courses and differences that Course Audit has found, the tables

    - ``blocked``: rows of course masters that a push of everything in locked mode skips on a course, and why
      (RULES.md 4.3): they name a task that the course will not have, or a term that its calendar does not have
    - ``numbers_duplicate_number``: courses whose number cannot become the course master's, because another course
      of the calendar would have it (RULES.md 4.1), whichever courses the report is of.
    """
    selects: list[str] = []
    for element in SETUP_ELEMENTS:
        joins, blocked, _ = pushable(prefix, element, hop=1)
        if blocked != "null::varchar":
            words = {"element": element.name, "upper_table": element.table("master"), "joins": joins}
            selects.append(_report("audit_blocked_row", prefix, blocked=blocked, **words))
    gap = template(_PLAN, "category_gap").format(p=prefix)
    session.run("blocked", _report("audit_blocked", prefix, gap=gap, selects="\n    union all\n".join(selects)))
    session.run("numbers", _report("audit_number_course", prefix))
    number = template(_PLAN, "duplicate_number").format(p=f"{prefix}numbers_", goes="true")
    session.run("duplicate_number", f"create temp table {prefix}numbers_duplicate_number as\n{number}")


def hindrance_tables(prefix: str) -> list[str]:
    """The tables that :func:`find_hindrances` makes."""
    numbers = ("target_course", "duplicate_number")
    return [f"{prefix}blocked", *(f"{prefix}numbers_{name}" for name in numbers)]


def _report(step: str, prefix: str, **words: str) -> str:
    return template(_HERE, step).format_map({"p": prefix, **words})
