"""Districts loaded, simulated and opened: where everything begins."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from coursepush.district.district import District
from coursepush.errors import StoreError
from coursepush.load.tables import load_tables
from coursepush.store.commit import writes
from coursepush.store.database import Session, Store
from coursepush.store.limits import Limits
from coursepush.store.migrations import layout_of
from coursepush.store.new import new_store

if TYPE_CHECKING:
    from coursepush.widgets.load.panel import LoadPanel

Path = str | os.PathLike[str]


@writes
def load_district(
    source: Any,
    *,
    into: Path | None = None,
    columns: Mapping[str, Mapping[str, str]] | None = None,
    repair: bool = False,
    format: str = "auto",
    mapping: Path | None = None,
    scaffold: bool | Path = False,
    wait: float | None = None,
    threads: int | None = None,
    memory: str | int | None = None,
    spill: Path | None = None,
) -> District:
    """Load a district from its tables, checking everything first: all of it goes in, or nothing.

    Args:
        source: a folder with one CSV or Parquet file per table of the model, or a dict of table name to
            polars frame, DuckDB relation or path; or an extract in another format: OneRoster CSV, Ed-Fi CSV,
            XML or JSON, Infinite Campus tables. A folder may be zipped. Or a database: its address
            (``postgresql+psycopg://user:password@host/name``, or ``env:NAME`` of a variable that holds it; needs
            ``coursepush[database]``), or a connection of SQLAlchemy, ADBC, DuckDB or the DB-API. It is only read,
            as of one moment where it can, and user and password are kept nowhere.
        into: the district file to make, which is there when it is whole; None keeps the district in memory.
        columns: per table, the source's column names: ``{"course": {"their_name": "our_name"}}``.
        repair: mend category names with outer blanks, over 50 characters or twice on one owner, and lists of
            tasks out of order, instead of refusing them; and names that only look like another, and numbers that
            lost their leading zeros, instead of warning of them. ``district.repairs()`` lists what was mended.
            Also read text in doubtful encodings, and numbers and dates as spreadsheets write them; findings say
            so.
        format: ``tables``, ``oneroster``, ``edfi``, ``campus`` or ``mapped``; by default told from the files.
        mapping: which of the extract's names is which of ours: ``campus``, ``canvas``, ``clever``, ``moodle`` or
            ``sds``, which come along, or a TOML file of your own (``coursepush map`` drafts one).
        scaffold: give course masters a starting setup, for formats that have none: True for the profile that
            comes with coursepush, or the path of your own (TOML).
        wait, threads, memory, spill: as in :func:`open_district`.

    A file gets its place when it is whole: one that was being made is never found there.

    Raises:
        LoadError: the source cannot be loaded; ``error.findings`` lists everything that is wrong with it.
        WriteError: the file cannot be written; nothing is left of it.

    >>> district = cp.load_district("extract/")
    >>> district.sql("select count(*) as courses from course").item()
    3
    """
    from coursepush.load.formats import opened_source

    def fill(store: Store) -> None:
        finish = None if scaffold is False else _scaffolding(None if scaffold is True else scaffold)
        with opened_source(source, format, mapping, repair=repair) as found:
            load_tables(store, found, columns=columns, repair=repair, finish=finish)

    return District(new_store(into, fill, Limits(wait, threads, memory, spill)))


def _scaffolding(profile: Path | None) -> Callable[[Session], object]:
    """What gives course masters a starting setup, in the transaction of the load."""
    from coursepush.load.scaffold.masters import load_profile, scaffold_in

    read = load_profile(profile)
    return lambda session: scaffold_in(session, read)


def load_panel(source: Path | None = None, *, into: Path = "district.duckdb") -> LoadPanel:
    """The load panel, for a notebook or Voilà: drop or choose an extract, see what is found, mend, load, refresh.

    Args:
        source: a folder or zip that is chosen at first; files can be dropped on the panel as well.
        into: the district file to make. If it is there already, it can be opened and refreshed.

    Files that are dropped lie in a folder of the kernel's user alone, and are gone with the kernel. Whoever sees
    the panel can also look through the folders of the kernel's computer: show it in Voilà to those only who may.

    >>> panel = cp.load_panel("extract/", into="loaded.duckdb")
    >>> panel.load.click()
    >>> panel.wait()
    >>> panel.district.sql("select count(*) as courses from course").item()
    3
    """
    from coursepush.widgets.load.panel import LoadPanel
    from coursepush.widgets.load.state import Calls

    calls = Calls(load_district, open_district)
    return LoadPanel(calls, source="" if source is None else os.fspath(source), into=os.fspath(into))


@writes
def simulate_district(
    size: str = "small",
    *,
    seed: int = 0,
    into: Path | None = None,
    threads: int | None = None,
    memory: str | int | None = None,
    spill: Path | None = None,
) -> District:
    """A made-up district with every situation a push can meet; the same seed gives the same rows.

    Args:
        size: ``small`` (350 sections), ``medium`` (3,000 sections, 2.5 million scores) or ``large`` (about Clark
            County, Nevada: 85,000 sections, 127 million scores; takes minutes).
        into: the district file to make; None keeps a small one in memory.
        threads, memory, spill: as in :func:`open_district`.

    ``district.scenarios()`` lists the situations planted in it.

    Raises:
        RequestError: there is no such size, or it needs a file.

    >>> district = cp.simulate_district("small", seed=7)
    >>> district.catalogs(year=2027)["name"].to_list()
    ['Elementary', 'High School', 'Middle School']
    """
    from coursepush.simulate.making import make_district

    limits = Limits(None, threads, memory, spill)
    return District(new_store(into, lambda store: make_district(store, size, seed), limits))


def open_district(
    path: Path,
    *,
    wait: float | None = None,
    threads: int | None = None,
    memory: str | int | None = None,
    spill: Path | None = None,
) -> District:
    """Open a district file. May be called again on an open one: nothing is held between two pieces of work.

    Args:
        path: the file.
        wait: for how many seconds to wait when others use the file: another program, or another thread of this
            one. Many read at once; who writes is alone. By default what COURSEPUSH_WAIT says in the environment,
            else 10.
        threads: how many threads queries may take; by default what COURSEPUSH_THREADS says, else one a core.
        memory: how much memory work may take before it spills to disk, as bytes or text (``"8GB"``); by default
            what COURSEPUSH_MEMORY says, else 3 GiB. It bounds DuckDB with what it takes beside its pool, as near
            as can be; frames that you fetch come on top.
        spill: the folder in which it spills, in a private folder that is emptied; by default what COURSEPUSH_SPILL
            says, else the system's temporary folder.

    Raises:
        StoreError: there is no such file, it is damaged, or a newer version of coursepush made it. An earlier
            version's is read as it is, and brought up by the first piece of work that writes to it.
        DistrictBusyError: another process wrote to it all the time; the message names the process.

    >>> with cp.open_district("district.duckdb") as district:
    ...     district.sql("select count(*) as sections from section").item()
    350
    """
    store = Store(path, **Limits(wait, threads, memory, spill).given)
    try:
        with store.reading() as session:
            layout = layout_of(session)
        if layout is None:
            raise StoreError(
                f"{store.path} is a DuckDB file, but no district that this version of coursepush can read. "
                "Load the district again with coursepush.load_district(source, into=...)."
            )
    except BaseException:
        store.close()
        raise
    return District(store)
