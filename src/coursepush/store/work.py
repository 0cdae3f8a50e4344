"""Where students work, told once from the tables of their work, which are large and which no push changes.

A load, a refresh and a simulation end by keeping it (:func:`keep_work`); a plan reads it from there, so that one
course of a district of a hundred million scores costs what that course costs. A district whose tables of work have
other numbers of rows than they had then, and one that never kept it, is read in full (:func:`work_sql`).
"""

from __future__ import annotations

from collections.abc import Mapping

from coursepush.model.tables import WORK_TABLES
from coursepush.store.session import Session
from coursepush.store.templates import template

_SECTIONS = "semi join {sections} as o on o.section_id = {alias}.section_id"


def keep_work(session: Session) -> None:
    """Make ``push.work`` (section_id, task_id, terms: a list) and ``push.category_in_use`` (row_id) anew.

    The first one's comment says how many rows the tables have from which it is told. Tables that are views of
    files elsewhere are not counted: whoever made such a district answers for their not changing.
    """
    session.run(
        "keep where students work",
        # one row a section and task with work on it
        f"create or replace table district.push.work as\n{work_by_task_sql()}\norder by section_id, task_id",
    )
    session.run(
        "keep which categories are in use",
        # one row a section's category that has an assignment, active or not (RULES.md 2)
        "create or replace table district.push.category_in_use as\n"
        "select distinct category_row_id as row_id from assignment where category_row_id is not null "
        "order by row_id",
    )
    found = session.rows(
        "tables of work",
        # one row a table that the district holds; one that it sees in files of others has no rows of its own
        "select table_name from duckdb_tables() where database_name = 'district' and schema_name = 'main'",
    )
    held = sorted({str(name) for (name,) in found} & set(WORK_TABLES))
    counts = ", ".join(f"(select count(*) from {name})" for name in held)
    sizes = session.rows("rows of work", f"select {counts}")[0] if held else ()
    text = _told_from(dict(zip(held, sizes, strict=True)))
    session.run("keep what it was told from", f"comment on table district.push.work is '{text}'")


def work_sql(sections: str | None = None) -> str:
    """A query: one row a section, task and term with work on it (RULES.md 2), from students' work itself.

    Args:
        sections: the name of a table with `section_id`, to look no further than those.
    """

    def narrow(alias: str) -> str:
        return "" if sections is None else _SECTIONS.format(sections=sections, alias=alias)

    return template("coursepush.store", "work").format(narrow_assignment=narrow("a"), narrow_grade=narrow("g"))


def work_by_task_sql(sections: str | None = None) -> str:
    """The same with one row a section and task: section_id, task_id, terms (the list of its terms)."""
    return f"select section_id, task_id, list(term_seq) as terms\nfrom (\n{work_sql(sections)}\n)\ngroup by all"


def work_is_kept(session: Session) -> bool:
    """Whether the district keeps where students work, and their tables have as many rows as they had then."""
    found = session.rows(
        "kept work",
        "select schema_name, table_name, estimated_size, comment from duckdb_tables() "
        "where database_name = 'district'",
    )
    comments = {(schema, name): comment for schema, name, _, comment in found}
    sizes = {str(name): int(rows) for schema, name, rows, _ in found if schema == "main"}
    return comments.get(("push", "work")) == _told_from(sizes)


def _told_from(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {sizes.get(name)} rows" for name in sorted(WORK_TABLES))
