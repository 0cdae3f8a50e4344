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
      (rules.md 4.3): they name a task that the course will not have, or a term that its calendar does not have
    - ``numbers_number_clash``: courses whose number cannot become the course master's, because another course of
      the calendar would have it (rules.md 4.1), whichever courses the report is of.
    """
    session.run("task_after", _report("audit_task_after", prefix))
    gap = template(_PLAN, "category_gap_1").format_map({"p": prefix, "goes": "true"})
    session.run("category_gap_1", gap)
    selects: list[str] = []
    for element in SETUP_ELEMENTS:
        joins, blocked, _ = pushable(prefix, element, hop=1, gap=f"{prefix}category_gap_1")
        if blocked != "null::varchar":
            words = {"element": element.name, "upper_table": element.table("master"), "joins": joins}
            selects.append(_report("audit_blocked_row", prefix, blocked=blocked, **words))
    session.run("blocked", _report("audit_blocked", prefix, selects="\n    union all\n".join(selects)))
    numbers = f"{prefix}numbers_"
    session.run("numbers", _report("audit_number_course", prefix))
    session.run("changing numbers", _report("audit_number", prefix))
    session.run("number_clash", template(_PLAN, "number_clash").format(p=numbers))


def hindrance_tables(prefix: str) -> list[str]:
    """The tables that :func:`find_hindrances` makes."""
    names = ("task_after", "category_gap_1", "blocked")
    numbers = ("target_course", "attribute_pair", "number_clash")
    return [*(f"{prefix}{name}" for name in names), *(f"{prefix}numbers_{name}" for name in numbers)]


def _report(step: str, prefix: str, **words: str) -> str:
    return template(_HERE, step).format_map({"p": prefix, **words})
