"""A made-up district in a district's file, as a load would leave it: its tables, the toolkit's, the scenarios."""

from __future__ import annotations

from datetime import UTC, datetime

from coursepush.errors import RequestError
from coursepush.load import load_tables
from coursepush.load.tables import SAVED, make_toolkit
from coursepush.model.tables import TABLES
from coursepush.simulate.district import simulate_tables
from coursepush.simulate.fill import fill_simulated, profile_of
from coursepush.simulate.scenarios import scenarios
from coursepush.store import Session, Store
from coursepush.store.work import keep_work


def make_district(store: Store, size: str, seed: int) -> None:
    """Fill the empty `store` with a made-up district; see :func:`coursepush.simulate_district`.

    A small one goes through the loader and all its checks; larger ones, made by the same steps, are written
    straight to the file, so that no table has to be held in memory.
    """
    made_by = f"simulate {size}, seed {seed}"
    profile_of(size)
    if size == "small":
        load_tables(store, simulate_tables(size, seed), made_by=made_by, finish=_keep_scenarios)
        return
    if store.path is None:
        raise RequestError(
            f"A {size} district does not fit into memory beside your other work. Name a file for it: "
            f"coursepush.simulate_district({size!r}, into='district.duckdb')."
        )
    with store.writing(create=True) as session:
        if session.value("any table", "select count(*) from duckdb_tables() where database_name = 'district'"):
            raise RequestError(f"{store.path} holds tables already. Name another file.")
        fill_simulated(session, size, seed)
        now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        make_toolkit(session, made_by, now)
        _remember_given(session, made_by, now)
        keep_work(session)
        _keep_scenarios(session)
        session.proof = SAVED


def _remember_given(session: Session, made_by: str, now: datetime) -> None:
    counts = " union all ".join(
        f"select {place} as place, '{name}' as table_name, count(*) as row_count from district.main.{name}"
        for place, name in enumerate(TABLES)
    )
    session.run(
        "remember the tables",
        # one row a table: a made-up district knows all of them
        f"""
        insert into district.push.given_table (table_name, is_given, source, row_count, loaded_at)
        select table_name, true, $1, row_count, $2 from ({counts}) order by place
        """,
        [made_by, now],
    )


def _keep_scenarios(session: Session) -> None:
    session.take_in("planted", scenarios())
    session.run("scenarios", "insert into district.push.scenario by name select * from temp.main.planted")
    session.run("drop planted", "drop table temp.main.planted")
