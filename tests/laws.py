"""What the tests of the laws share: random districts and pushes, and plan rows read as plain rows."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine import Tables, fill, plan_of
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_districts import make_request
from rounds import SLOW, rounds

from coursepush.apply.apply import Receipt, apply_plan
from coursepush.model.elements import ELEMENTS_BY_NAME
from coursepush.model.tables import SETUP_KEYS, TABLES, Column
from coursepush.plan.plan import Plan
from coursepush.plan.text import plan_verdicts_sql
from coursepush.store import Store

Row = dict[str, Any]
Request = dict[str, Any]

LAWS = rounds(1, 4)
"""Districts a law is tried on; laws that push several times take half of them, some that only plan twice."""

ABOVE = {"course": "master", "section": "course"}
SETUP_TABLES = tuple(name for name, table in TABLES.items() if "row_id" in table.names)


# -- districts and pushes --------------------------------------------------------------------------------


def on_random_districts(
    *, times: float = 1, few: float | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Runs a test on districts drawn as (seed, size), other ones for each test, the same every time.

    `few`: how often in each run, where that is not `times`.
    """
    wanted = times if SLOW or few is None else few

    def mark(test: Callable[..., None]) -> Callable[..., None]:
        start = zlib.crc32(test.__name__.encode())
        seeds = st.integers(0, 99_999).map(lambda drawn: (drawn * 7919 + start) % 100_000)
        return settings(
            max_examples=max(int(LAWS * wanted), 1),
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(given(seed=seeds, size=st.sampled_from((3, 1, 2, 4)))(test))

    return mark


def push_for(seed: int, tables: Tables, kind: str | None = None, **chosen: Any) -> tuple[str, Request]:
    """A push that the district allows, of that kind, with what was chosen for it."""
    requests = (make_request(seed + 100_000 * turn, tables) for turn in range(1_000))
    found, request = next(one for one in requests if kind in (None, one[0]))
    return found, {**request, **chosen}


def whole_master_push(seed: int, tables: Tables, **chosen: Any) -> Request:
    """Push All Course Masters of everything, in the current release."""
    everything = {"release": "current", "data": None, "masters": None, "courses": None}
    return push_for(seed, tables, "master", **{**everything, **chosen})[1]


@contextmanager
def filled(tables: Tables, path: Path | None = None, threads: int | None = None) -> Iterator[Store]:
    store = Store(path, threads)
    try:
        with store.writing(create=True) as session:
            fill(session, tables)
        yield store
    finally:
        store.close()


def push(store: Store, kind: str, request: Request) -> tuple[Plan, Receipt]:
    plan = plan_of(store, kind, request)
    return plan, apply_plan(store, plan)


def with_locks(tables: Tables, catalog_id: int, *locks: str) -> Tables:
    """The same district; the catalog has these locks as well."""
    rows = tables["catalog_lock"]
    have = {row["lock"] for row in rows if row["catalog_id"] == catalog_id}
    more = [{"catalog_id": catalog_id, "lock": lock} for lock in dict.fromkeys(locks) if lock not in have]
    return {**tables, "catalog_lock": rows + more}


def without_lock(tables: Tables, lock: str) -> Tables:
    return {**tables, "catalog_lock": [row for row in tables["catalog_lock"] if row["lock"] != lock]}


def all_verdicts(store: Store, plan: Plan) -> list[Row]:
    """Every verdict of the plan, `same` included."""
    with store.reading() as session:
        return session.frame("verdicts", plan_verdicts_sql(plan.tables)).to_dicts()


def same_of(store: Store, plan: Plan) -> Counter[tuple[Any, ...]]:
    """The verdicts `same`, which rows() leaves out: of which row it is, and of which row above."""
    return Counter(
        (row["hop"], row["element"], row["link"], row["course_id"], row["owner_id"], row["row_id"], row["field"],
         None if row["upper_is_new"] else row["upper_row_id"])
        for row in all_verdicts(store, plan) if row["verdict"] == "same"
    )  # fmt: skip


def all_that_it_says(store: Store, plan: Plan) -> tuple[Any, ...]:
    """Digest, counts, rows and, last, what is the same already."""
    return plan.digest, plan.counts().rows(), plan.rows().rows(), same_of(store, plan)


def targets(store: Store, plan: Plan) -> list[int]:
    """The courses that the plan works on: in scope and not skipped whole on hop 1."""
    verdicts = all_verdicts(store, plan)
    whole = {row["course_id"] for row in verdicts if row["hop"] == 1 and row["element"] == "*"}
    return sorted({row["course_id"] for row in verdicts} - whole)


# -- reading rows ----------------------------------------------------------------------------------------


def table_of(row: Row, *, above: bool = False) -> str:
    """The setup table of a verdict row's present row, or of its wanted row."""
    level = "course" if row["hop"] == 1 else "section"
    return ELEMENTS_BY_NAME[row["element"]].table(ABOVE[level] if above else level)


def owner_of(row: Row) -> int:
    return row["course_id"] if row["hop"] == 1 else row["section_id"]


def is_setup(row: Row) -> bool:
    return row["element"] in ELEMENTS_BY_NAME and row["field"] is None and row["key"] is not None


def key_of(table: str, values: Row) -> tuple[Any, ...]:
    """The business key of a setup row; case does not tell names apart."""
    key = [values[column] for column in SETUP_KEYS[table.partition("_")[2]]]
    return tuple("".join(c.lower()[0] for c in one) if isinstance(one, str) else one for one in key)


def typed(column: Column, value: Any) -> Any:
    """A value of JSON text as its table holds it."""
    if value is None:
        return None
    if column.kind in ("decimal4", "decimal3"):
        return Decimal(value)
    return dt.date.fromisoformat(value) if column.kind == "date" else value


def values_of(table: str, text: str | None) -> Row | None:
    if text is None:
        return None
    return {name: typed(TABLES[table].column(name), value) for name, value in json.loads(text).items()}


def by_id(rows: Iterable[Row]) -> dict[int, Row]:
    return {row["row_id"]: row for row in rows}


def in_order(tables: Tables) -> Tables:
    """Every table's rows by key."""
    return {
        name: sorted(rows, key=lambda row, key=TABLES[name].key: tuple(row[one] for one in key))
        for name, rows in tables.items()
    }


def aside_new_ids(tables: Tables) -> Tables:
    """The tables without row ids: links are resolved to owner and business key."""
    names = {table: {i: (r["owner_id"], key_of(table, r)) for i, r in by_id(tables[table]).items()}
             for table in SETUP_TABLES}  # fmt: skip
    plain = dict(tables)
    for table in SETUP_TABLES:
        level, _, family = table.partition("_")
        upper = names.get(f"{ABOVE.get(level)}_{family}", {})
        rows = [{column: value for column, value in row.items() if column != "row_id"} for row in tables[table]]
        for row in rows:
            if level != "master":
                row["parent_row_id"] = upper.get(row["parent_row_id"], row["parent_row_id"])
        plain[table] = sorted(rows, key=lambda row, table=table: (row["owner_id"], key_of(table, row)))
    categories = names["section_category"]
    plain["assignment"] = [
        {**row, "category_row_id": categories.get(row["category_row_id"])} for row in tables["assignment"]
    ]
    return plain


def differences(one: Tables, other: Tables) -> list[str]:
    """What one set of tables has and the other has not: short enough to be read when a law fails."""
    found = []
    for name in one:
        here, there = (Counter(repr(sorted(row.items())) for row in tables[name]) for tables in (one, other))
        found += [f"only first: {name} {row}" for row in (here - there).elements()]
        found += [f"only second: {name} {row}" for row in (there - here).elements()]
    return found


def as_texts(rows: Iterable[Row]) -> Counter[str]:
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


def put_in(store: Store, table: str, row: Row) -> None:
    names = ", ".join(row)
    with store.writing() as session:
        session.run("put in", f"insert into {table} ({names}) values ({', '.join('$' + n for n in row)})", row)
