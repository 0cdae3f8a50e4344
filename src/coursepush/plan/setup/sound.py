"""What edits leave has to be a district: keys once, nothing required empty, nothing that points nowhere.

Edits in words see to that themselves; one in SQL may leave anything.
"""

from __future__ import annotations

from coursepush.errors import ScenarioError, counted
from coursepush.model.tables import TABLES, Column, Table
from coursepush.plan.tables import PlanTables
from coursepush.store.database import Session


def check_sound(session: Session, tables: PlanTables) -> None:
    """Look through the tables that the edits left.

    Raises:
        ScenarioError: one is no table of a district any more; the message says in what.
    """
    for name in tables.left:
        table = TABLES[name]
        tests = [*_twice(tables, table), *_empty(tables, table), *_beyond(tables, table), *_nowhere(tables, table)]
        tests += [*_moved(tables, table), *_pointed_to(tables, table)]
        sql = "\nunion all\n".join(
            f"select '{said}' as said, count(*) as rows from ({rows})" for said, rows in tests
        )
        found = session.rows(f"sound {name}", f"select said, rows from (\n{sql}\n) where rows > 0 order by all")
        if found:
            told = "; ".join(f"{said} ({counted(int(rows), 'time')})" for said, rows in found)
            raise ScenarioError(
                f"The edits would leave {name} as no district has it: {told}. Correct the edit that writes it; "
                "nothing is planned."
            )


def _twice(tables: PlanTables, table: Table) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key in (table.key, *table.unique):
        columns = ", ".join(f"lower({one})" if one == "name" and len(key) > 1 else one for one in key)
        found.append(
            (
                f"the same {', '.join(key)} twice",
                f"select 1 from {tables.left[table.name]} group by {columns} having count(*) > 1",
            )
        )
    return found


def _empty(tables: PlanTables, table: Table) -> list[tuple[str, str]]:
    left = tables.left[table.name]
    return [
        (f"no {column.name}", f"select 1 from {left} where {column.name} is null")
        for column in table.columns
        if column.required
    ]


def _moved(tables: PlanTables, table: Table) -> list[tuple[str, str]]:
    if "owner_id" not in table.names or "row_id" not in table.names:
        return []
    left = f"{tables.left[table.name]} as a join {table.name} as b using (row_id)"
    return [("a row given to another owner", f"select 1 from {left} where a.owner_id <> b.owner_id")]


def _beyond(tables: PlanTables, table: Table) -> list[tuple[str, str]]:
    left = tables.left[table.name]
    return [
        (
            f"{column.name} beyond {column.bounds[0]} to {column.bounds[1]}",
            f"select 1 from {left} where not {column.name} between {column.bounds[0]} and {column.bounds[1]}",
        )
        for column in table.columns
        if column.bounds is not None
    ]


def _nowhere(tables: PlanTables, table: Table) -> list[tuple[str, str]]:
    left = tables.left[table.name]
    return [
        (f"a {column.name} that there is not", _anti(tables, left, column))
        for column in table.columns
        if column.reference is not None
    ]


def _anti(tables: PlanTables, rows: str, column: Column) -> str:
    assert column.reference is not None
    upper = TABLES[column.reference]
    value = f"unnest({column.name})" if column.kind == "ids" else column.name
    return (
        f"select 1 from (select {value} as id from {rows}) as r "
        f"anti join {tables.as_left(upper.name)} as u on u.{upper.key[0]} = r.id where r.id is not null"
    )


def _pointed_to(tables: PlanTables, table: Table) -> list[tuple[str, str]]:
    """Rows of other tables that point to what is gone."""
    key, *more = table.key
    if more:
        return []
    gone = f"(select {key} from {table.name} anti join {tables.left[table.name]} using ({key}))"
    found: list[tuple[str, str]] = []
    for other in TABLES.values():
        for column in other.columns:
            if column.reference != table.name or other.name in tables.left or column.kind == "ids":
                continue
            found.append(
                (
                    f"{other.name} on what is gone",
                    f"select 1 from {other.name} as o semi join {gone} as g on g.{key} = o.{column.name}",
                )
            )
    return found
