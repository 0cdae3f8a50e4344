"""What an extract does not give stays as it is: links and tables, here.

Not given is not empty. Each thing that stays is named in a finding. Columns, the part of a table that a format
lacks, and what a scaffold added are in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from coursepush.errors import counted
from coursepush.load.checks import staged
from coursepush.load.findings import Findings
from coursepush.model.tables import SETUP, TABLES, Table
from coursepush.refresh.identity import SETUP_TABLES, upper_table
from coursepush.store.database import Session
from coursepush.store.templates import template

_HERE = "coursepush.refresh"
_OWNERS = {"master": "course_master", "course": "course"}


# -- links -------------------------------------------------------------------------------------------


def keep_links(
    session: Session, read: Collection[str], unknown: Mapping[str, Collection[str]], findings: Findings
) -> None:
    """A table whose extract gives no links keeps those that the district has.

    Args:
        read: the tables that it gives. unknown: table → the columns that it does not give.
    """
    for name in SETUP_TABLES:
        upper = upper_table(name)
        if upper is None or name not in read:
            continue
        given = session.value(
            f"links given in {name}",
            f"select count(*) from {staged(name)} as n where n.parent_row_id is not null "
            f"and n.row_id not in (select row_id from kept_{name})",
        )
        held = session.value(
            f"links held in {name}", f"select count(*) from district.main.{name} where parent_row_id is not null"
        )
        if given or not held:
            continue
        has_broken = "is_link_broken" in unknown.get(name, ())
        words = {
            "table": name,
            "staged": staged(name),
            "upper": upper,
            "broken": ", d.is_link_broken" if has_broken else "",
            "assignments": "parent_row_id = d.parent_row_id"
            + (", is_link_broken = d.is_link_broken" if has_broken else ""),
        }
        session.run(f"keep links of {name}", template(_HERE, "keep_links").format_map(words))
        kept = session.value(
            f"links kept in {name}", f"select count(*) from {staged(name)} where parent_row_id is not null"
        )
        findings.warn(
            "links_kept",
            f"The extract gives no links for {name} (parent_row_id). {counted(int(kept), 'row')} keep the "
            "link that "
            "they have here; for the others, district.plan_links(...) proposes links by key.",
            table=name,
            column="parent_row_id",
            value=str(kept),
        )


# -- tables that were not given ----------------------------------------------------------------------


def stage_kept(session: Session, name: str, loaded: str | None, findings: Findings) -> bool:
    """Stage the rows of a table that the extract does not give as they stand, and say so.

    What hangs on a row that is no longer there (a category of a section that was removed) goes with it.

    Args:
        loaded: the day it was loaded, for the finding.

    Returns:
        Whether there are any.
    """
    table = TABLES[name]
    if not session.value(f"rows held in {name}", f"select count(*) from district.main.{name}"):
        return False
    _stage_held(session, table)
    gone = drop_rows_of_gone(session, table)
    rows = int(session.value(f"rows kept in {name}", f"select count(*) from {staged(name)}"))
    went = f" {counted(gone, 'row')} went with what they belonged to." if gone else ""
    since = f"as loaded on {loaded}" if loaded is not None else "as they are"
    findings.warn(
        "table_kept",
        f"The extract gives no {name}: {counted(rows, 'row')} kept {since}.{went}",
        table=name,
        value=str(rows),
    )
    return True


def _stage_held(session: Session, table: Table) -> None:
    upper = upper_table(table.name) if table in SETUP else None
    joins, values = "", {name: f"d.{name}" for name in table.names}
    if upper is not None:
        joins = f"left join moved_{upper} as m on m.old_id = d.parent_row_id"
        values["parent_row_id"] = "coalesce(m.new_id, d.parent_row_id)"
    if table.name == "assignment":
        joins = "left join moved_section_category as m on m.old_id = d.category_row_id"
        values["category_row_id"] = "coalesce(m.new_id, d.category_row_id)"
    session.run(
        f"stage what is held of {table.name}",
        # one row a row as it stands in the district
        f"insert into {staged(table.name)} (source_line, {', '.join(values)})\n"
        f"select row_number() over (order by {', '.join(f'd.{name}' for name in table.key)}), "
        f"{', '.join(values.values())}\nfrom district.main.{table.name} as d\n{joins}",
    )


def drop_rows_of_gone(session: Session, table: Table, after: int = -1) -> int:
    """Drop staged rows after that line which must name a row that is gone; how many there were."""
    name = staged(table.name)
    count = f"select count(*) from {name}"
    before = session.value("rows before", count)
    for column in table.columns:
        if column.reference is None or not column.required or column.kind != "id":
            continue
        key = TABLES[column.reference].key[0]
        session.run(
            f"drop rows of {table.name} without {column.reference}",
            f"delete from {name} where source_line > {after} "
            f"and {column.name} not in (select {key} from {staged(column.reference)} where {key} is not null)",
        )
    if table.name == "custom_field":
        for level, owners in _OWNERS.items():
            session.run(
                f"drop fields without {owners}",
                f"delete from {name} where source_line > {after} and level = '{level}' "
                f"and owner_id not in (select {level}_id from {staged(owners)} where {level}_id is not null)",
            )
    return int(before) - int(session.value("rows after", count))


def last_line(session: Session, table: Table) -> int:
    """The last line among the staged rows of a table: what is staged beside them comes after it."""
    sql = f"select coalesce(max(source_line), 0) from {staged(table.name)}"
    return int(session.value(f"last line of {table.name}", sql))


def rows_after(session: Session, table: Table, line: int) -> int:
    """How many staged rows of a table come after that line."""
    sql = f"select count(*) from {staged(table.name)} where source_line > {line}"
    return int(session.value(f"rows kept of {table.name}", sql))
