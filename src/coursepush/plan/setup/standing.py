"""The tables that hop 0 changes, as it leaves them, found where the district's own would be."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress

from coursepush.errors import StoreError
from coursepush.plan.tables import PlanTables
from coursepush.store.database import Session


@contextmanager
def as_hop_0_leaves(session: Session, of: object) -> Generator[None]:
    """Inside the block statements that name a table read it as hop 0 of a plan leaves it; other plans as it is.

    So what the plan adds has its name in reports, though the district does not have it yet.

    Args:
        of: a plan's tables, or anything that has them as `tables`; what has none is as the district.
    """
    tables = of if isinstance(of, PlanTables) else getattr(of, "tables", None)
    left = tables.left if isinstance(tables, PlanTables) else {}
    made: list[str] = []
    try:
        for table, copy in left.items():
            session.run(f"before {table}", f"create temp view {table} as from temp.main.{copy}")
            made.append(table)
        yield
    finally:
        for table in made:
            with suppress(StoreError):  # a failed statement has ended the transaction, and the views with it
                session.run("drop", f"drop view if exists temp.main.{table}")
