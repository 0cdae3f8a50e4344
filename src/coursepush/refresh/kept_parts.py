"""Tables of which a format gives only a part: what it cannot give is never removed by it."""

from __future__ import annotations

from coursepush.errors import counted
from coursepush.load.checks import staged
from coursepush.load.findings import Findings
from coursepush.load.reading import PARTS
from coursepush.model.tables import TABLES
from coursepush.refresh.identity import SETUP_TABLES, same_identity, upper_table
from coursepush.refresh.kept import drop_rows_of_gone, last_line, rows_after
from coursepush.refresh.pushed import PUSHED_TABLES
from coursepush.store.database import Session
from coursepush.store.templates import template

_HERE = "coursepush.refresh"
_NOT_STANDARDS = "join district.main.grading_task as k on k.task_id = d.task_id and not k.is_standard"


def keep_part(session: Session, name: str, part: str | None, format: str, findings: Findings) -> bool:
    """Stage the rows of a setup table that the format cannot give; ``kept_<table>`` (row_id) names them.

    Args:
        part: what it gives of the table, a key of :data:`coursepush.load.reading.PARTS`; None for all of it.

    Returns:
        Whether there are any.
    """
    last = last_line(session, TABLES[name])
    if part is not None:
        which = _NOT_STANDARDS if part == "standards" else ""
        stage_rows_of_setup(session, name, which, _not_given_before(name))
    session.run(
        f"kept rows of {name}",
        # one row a row that the source could not give
        f"create temp table kept_{name} as select row_id from {staged(name)} "
        + (f"where source_line > {last}" if part is not None else "where false"),
    )
    return part is not None and _tell_part(session, name, part, last, format, findings)


def stage_rows_of_setup(session: Session, name: str, which: str, but: str = "") -> None:
    """Stage rows of a setup table as they stand, where the extract does not give them and their owner is there.

    A row whose id the extract gives to another one gets the next free id. `which` and `but` are joins to ``d``.
    """
    table, last = TABLES[name], last_line(session, TABLES[name])
    values = {column: f"d.{column}" for column in table.names}
    values["row_id"] = (
        "case when d.is_taken then (select id from free) "
        "+ row_number() over (partition by d.is_taken order by d.row_id) else d.row_id end"
    )
    upper, joins = upper_table(name), ""
    if upper is not None:
        joins = f"left join moved_{upper} as m on m.old_id = d.parent_row_id"
        values["parent_row_id"] = "coalesce(m.new_id, d.parent_row_id)"
    lower = [each for each in SETUP_TABLES if upper_table(each) == name]
    pointing = [f"(select coalesce(max(parent_row_id), 0) from {staged(each)})" for each in lower]
    words = {
        "table": name,
        "staged": staged(name),
        "columns": ", ".join(table.names),
        "before": str(last),
        "part": which,
        "values": ",\n    ".join(values.values()),
        "joins": joins,
        "pointing": "".join(f",\n        {one}" for one in pointing),
        "not_given_before": but,
        "same_identity": same_identity(table, "d", "same"),
    }
    session.run(f"keep the rest of {name}", template(_HERE, "keep_part").format_map(words))
    drop_rows_of_gone(session, table, after=last)


def keep_part_of_bank(session: Session, part: str, format: str, findings: Findings) -> None:
    """Stage the grading tasks that the format cannot give."""
    table = TABLES["grading_task"]
    last = last_line(session, table)
    words = {
        "table": table.name,
        "staged": staged(table.name),
        "columns": ", ".join(table.names),
        "before": str(last),
        "part": "",
        "values": ", ".join(f"d.{name}" for name in table.names),
    }
    if part == "standards":
        words["part"] = "semi join (select task_id from district.main.grading_task where not is_standard) as k "
        words["part"] += "on k.task_id = d.task_id"
    session.run("keep the rest of grading_task", template(_HERE, "keep_part_of_bank").format_map(words))
    _tell_part(session, table.name, part, last, format, findings)


def _not_given_before(name: str) -> str:
    """SQL that leaves out rows which the source itself gave before: these it takes away."""
    given = f"select id from district.push.source_key where table_name = '{name}'"
    if name in PUSHED_TABLES:
        added = f"select row_id from district.push.history_{name} where before_owner_id is null"
        given += f"\n        except\n        {added}"
    return f"anti join (\n        {given}\n    ) as given on given.id = d.row_id"


def _tell_part(session: Session, name: str, part: str, last: int, format: str, findings: Findings) -> bool:
    kept = rows_after(session, TABLES[name], last)
    if kept:
        findings.warn(
            "part_kept",
            f"{format} gives only {PARTS[part]} in {name}: {counted(kept, 'row')} that it cannot give stay as "
            "they are.",
            table=name,
            value=str(kept),
        )
    return kept > 0
