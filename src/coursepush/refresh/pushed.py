"""What our own pushes wrote, read from the history in the shape in which states of a table are compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from coursepush.apply.history import history_tables
from coursepush.model.tables import ATTRIBUTES, SETUP, TABLES, Column, Table
from coursepush.refresh.identity import SETUP_TABLES, identity
from coursepush.store.database import Session
from coursepush.store.templates import template

LINK = ("parent_row_id", "is_link_broken")


@dataclass(frozen=True, slots=True)
class Pushed:
    """How the history keeps what pushes wrote to one table.

    `keys` identify a row in it; `was_there` and `is_there` say whether the row stood before and after. Images come
    from :meth:`values`, with ``h`` for the history's row and ``d`` for the district's.
    """

    table: Table
    history: str
    keys: tuple[str, ...]
    was_there: str
    is_there: str

    def identity(self, when: str, alias: str) -> list[tuple[str, str]]:
        """As :func:`identity.identity`, of the state before or after."""
        if self.table in SETUP:
            return [(name, sql.replace("d.", f"{alias}.{when}_")) for name, sql in identity(self.table, "d")]
        if self.table.name == "custom_field":
            return [("level", "'course'"), ("owner_id", f"{alias}.course_id"), ("field", f"{alias}.field")]
        return [(name, f"{alias}.{name}") for name in self.table.key]

    def values(self, when: str, alias: str) -> dict[str, str]:
        """Column → SQL of its value before or after; columns that no push writes are the district's."""
        values = {column.name: f"d.{column.name}" for column in value_columns(self.table)}
        written = [column.name for column in value_columns(self.table)]
        if self.table.name == "course":
            written = [column.name for column in ATTRIBUTES]
        if self.table.name == "section":
            written = ["is_advisory"]
        return values | {name: f"{alias}.{when}_{name}" for name in written}

    @property
    def joins(self) -> str:
        """What supplies the columns that no push writes, beside ``h``."""
        name, key = self.table.name, self.table.key[0]
        return f"join district.main.{name} as d on d.{key} = h.{key}" if name in ("course", "section") else ""


def pushed_of(name: str) -> Pushed | None:
    """Where the history keeps what pushes wrote to table `name`; None for tables that no push writes."""
    table = TABLES[name]
    if name in history_tables():
        return Pushed(
            table,
            f"history_{name}",
            ("row_id",),
            "{0}.before_owner_id is not null",
            "{0}.after_owner_id is not null",
        )
    if name == "course":
        return Pushed(table, "history_course", ("course_id",), "true", "true")
    if name == "section":
        return Pushed(table, "history_section", ("section_id",), "true", "true")
    if name == "custom_field":
        return Pushed(table, "history_custom_field", ("course_id", "field"), "{0}.had_row", "{0}.has_row")
    return None


PUSHED_TABLES: tuple[str, ...] = tuple(name for name in TABLES if pushed_of(name) is not None)


def value_columns(table: Table) -> list[Column]:
    """The columns that may differ: all but a setup row's id and owner, or but the table's key."""
    if table in SETUP:
        return [column for column in table.columns if column.name not in ("row_id", "owner_id")]
    return [column for column in table.columns if column.name not in table.key]


def struct(table: Table, values: dict[str, str], *, link: bool = True, without: Collection[str] = ()) -> str:
    """SQL of all that may differ in one value, but for the columns `without`; lists as canonical text."""
    parts = [
        f"{column.name} := "
        + (f"array_to_string({values[column.name]}, ';')" if column.kind == "ids" else values[column.name])
        for column in value_columns(table)
        if (link or column.name not in LINK) and column.name not in without
    ]
    return f"struct_pack({', '.join(parts)})" if parts else "true"


def read_pushed(session: Session, unknown: Mapping[str, Collection[str]]) -> None:
    """``pushed_<table>`` and ``last_pushed_<table>`` of every table that pushes write.

    ``pushed_`` holds what was written since a refresh last gave that table, as it was before.

    Args:
        unknown: table → the columns that the extract does not give, which ``last_pushed_`` leaves out.
    """
    marks = dict(
        session.rows(
            "last pushes before",
            # one row a table that a refresh gave: the last push before the last such refresh
            "select t.table_name, max(r.last_push_id) from district.push.refresh_table as t "
            "join district.push.refresh as r on r.refresh_id = t.refresh_id group by t.table_name",
        )
    )
    for name in (*PUSHED_TABLES, *(name for name in SETUP_TABLES if name not in PUSHED_TABLES)):
        pushed = pushed_of(name)
        if pushed is None:
            session.run(
                f"nothing pushed to {name}",
                # no row: no push writes course masters
                f"create temp table pushed_{name} as "
                f"select row_id, owner_id as before_owner_id from district.main.{name} where false",
            )
            continue
        same = " and ".join(f"earlier.{key} = h.{key}" for key in pushed.keys)
        mark = int(marks.get(name) or 0)
        session.run(
            f"pushed {name}",
            _filled("pushed_since", {"table": name, "history": pushed.history, "mark": mark, "same_key": same}),
        )
        session.run(f"last pushed {name}", _filled("last_pushed", _last_words(pushed, unknown.get(name, ()))))


def is_pushed(session: Session, name: str) -> bool:
    """Whether pushes have written to the table since the last refresh."""
    sql = f"select exists (select 1 from pushed_{name})"
    return name in PUSHED_TABLES and bool(session.value(f"pushes to {name}", sql))


def _last_words(pushed: Pushed, unknown: Collection[str]) -> dict[str, object]:
    before, after = pushed.identity("before", "h"), pushed.identity("after", "h")
    other_key = " or ".join(
        f"{one} is distinct from {other}" for (_, one), (_, other) in zip(before, after, strict=True)
    )
    return {
        "table": pushed.table.name,
        "history": pushed.history,
        "row_id": "h.row_id" if "row_id" in pushed.keys else "null::bigint",
        "joins": pushed.joins,
        "after_keys": ", ".join(f"{sql} as {name}" for name, sql in after),
        "before_keys": ", ".join(sql for _, sql in before),
        "after_values": struct(pushed.table, pushed.values("after", "h"), link=False, without=unknown),
        "is_there": pushed.is_there.format("h"),
        "was_there": pushed.was_there.format("h"),
        "is_gone": f"(not ({pushed.is_there.format('h')}) or {other_key})",
        "keys": ", ".join(name for name, _ in after),
    }


def drop_pushed(session: Session) -> None:
    for name in PUSHED_TABLES:
        session.run("drop last pushed", f"drop table last_pushed_{name}")
    for name in {*PUSHED_TABLES, *SETUP_TABLES}:
        session.run("drop pushed", f"drop table pushed_{name}")


def _filled(step: str, words: dict[str, object]) -> str:
    return template("coursepush.refresh", step).format_map(words)
