"""What a scaffold added to tables that an extract gives: no source has it, and setup rests on it."""

from __future__ import annotations

from coursepush.errors import counted
from coursepush.load.checks import staged
from coursepush.load.findings import Findings
from coursepush.model.tables import SETUP, TABLES, Table
from coursepush.refresh.identity import SETUP_TABLES, same_identity
from coursepush.refresh.kept import drop_rows_of_gone, last_line, rows_after
from coursepush.refresh.kept_parts import stage_rows_of_setup
from coursepush.store.database import Session


def scaffolded_tables(session: Session) -> set[str]:
    """The tables that a scaffold added rows to."""
    return {
        str(row[0])
        for row in session.rows("scaffolded", "select distinct table_name from district.push.scaffolded")
    }


def keep_scaffolded(session: Session, name: str, findings: Findings) -> None:
    """Stage the rows that a scaffold added to a given table: no source has them, and setup rests on them."""
    table = TABLES[name]
    last = last_line(session, table)
    if table in SETUP:
        added = (
            "semi join district.push.scaffolded as s on s.table_name = '{0}' and s.key = cast(d.row_id as varchar)"
        )
        stage_rows_of_setup(session, name, added.format(name))
    else:
        _stage_added(session, table, last)
    kept = rows_after(session, table, last)
    if kept:
        findings.warn(
            "scaffold_kept",
            f"{counted(kept, 'row')} of {name} from the starting setup stay: the extract does not have them.",
            table=name,
            value=str(kept),
        )


def _stage_added(session: Session, table: Table, last: int) -> None:
    name, columns = table.name, ", ".join(table.names)
    same_id = " and ".join(f"n.{key} = d.{key}" for key in table.key)
    session.run(
        f"keep what was scaffolded of {name}",
        # one row a row that a scaffold added and that the extract does not have under that id or key
        f"""
        insert into {staged(name)} (source_line, {columns})
        select {last} + row_number() over (order by {", ".join(f"d.{key}" for key in table.key)}), d.*
        from (select {columns} from district.main.{name}) as d
        semi join district.push.scaffolded as s
            on s.table_name = '{name}' and s.key = concat_ws('/', {", ".join(f"d.{key}" for key in table.key)})
        anti join {staged(name)} as n on {same_id}
        anti join {staged(name)} as n on {same_identity(table)}
        """,
    )
    drop_rows_of_gone(session, table, after=last)


def follow_scaffolded(session: Session) -> None:
    """Let what is known of a scaffold's rows follow them; an id that is given to another row is not theirs."""
    for name in SETUP_TABLES:
        session.run(
            f"follow what was scaffolded of {name}",
            # one row a row that a scaffold added, which has another id now or is gone
            "update district.push.scaffolded as s set key = cast(m.new_id as varchar) "
            f"from moved_{name} as m where s.table_name = '{name}' and s.key = cast(m.old_id as varchar)",
        )
