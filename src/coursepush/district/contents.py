"""What stands in a district: lists of what is there, and queries of one's own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from coursepush.errors import DistrictBusyError, QueryError, StoreError
from coursepush.marks import free_of_students
from coursepush.plan.request import Name
from coursepush.store.database import Store
from coursepush.store.guard import check_select
from coursepush.store.memory import is_out_of_memory, out_of_memory
from coursepush.store.stoppable import TimeOverError, check_timeout, stoppable

if TYPE_CHECKING:
    pass

Path = str | os.PathLike[str]


class Contents:
    """A district's tables as they are. Nothing here writes to them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def store(self) -> Store:
        """What holds the district's tables: for those who extend coursepush, not for analysis."""
        return self._store

    def catalogs(self, *, year: int | None = None) -> pl.DataFrame:
        """Course catalogs and the years in which schools have them: catalog_id, name, year, schools, masters.

        >>> district.catalogs(year=2027).select("name", "schools", "masters").rows()
        [('Elementary', 2, 14), ('High School', 1, 30), ('Middle School', 1, 18)]
        """
        where = "where s.end_year = $year" if year is not None else ""
        return self._read(
            "catalogs",
            "select c.catalog_id, c.name, s.end_year as year, count(distinct s.school_id) as schools, "
            "(select count(*) from course_master as m where m.catalog_id = c.catalog_id) as masters "
            f"from catalog as c join catalog_school as s on s.catalog_id = c.catalog_id {where} "
            "group by c.catalog_id, c.name, s.end_year order by s.end_year, c.name",
            {"year": year} if year is not None else None,
        )

    def calendars(self, *, year: int | None = None, catalog: Name | None = None) -> pl.DataFrame:
        """Calendars: calendar_id, name, school, year, is_summer, start_date, end_date, courses, sections.

        Args:
            catalog: name or id; only calendars of schools that have it in the calendar's year.

        Raises:
            RequestError: there is no such catalog.

        >>> district.calendars(year=2027, catalog="High School")["name"].to_list()
        ['Riverbend High 26-27']
        """
        wheres: list[str] = []
        values: dict[str, Any] = {}
        if year is not None:
            wheres.append("k.end_year = $year")
            values["year"] = year
        with self._store.reading() as session:
            if catalog is not None:
                from coursepush.plan.requests.names import CATALOG, find_one

                wheres.append(
                    "exists (select 1 from catalog_school as s where s.school_id = k.school_id "
                    "and s.end_year = k.end_year and s.catalog_id = $catalog)"
                )
                values["catalog"] = find_one(session, CATALOG, catalog)
            where = f"where {' and '.join(wheres)} " if wheres else ""
            found = session.frame(
                "calendars",
                "select k.calendar_id, k.name, h.name as school, k.end_year as year, k.is_summer, k.start_date, "
                "k.end_date, count(distinct c.course_id) as courses, count(s.section_id) as sections "
                "from calendar as k join school as h on h.school_id = k.school_id "
                "left join course as c on c.calendar_id = k.calendar_id "
                f"left join section as s on s.course_id = c.course_id {where}"
                "group by all order by k.end_year, k.name",
                values or None,
            )
        return free_of_students(found)

    def scenarios(self) -> pl.DataFrame:
        """The situations planted in a simulated district: scenario, question, request, look_at, expect.

        >>> district.scenarios()["question"][0]
        'State codes changed on several course masters. How do the courses get them, and nothing else?'
        """
        return self._read("scenarios", "select * from push.scenario order by scenario")

    def findings(self) -> pl.DataFrame:
        """What the load mended or warned of: severity, rule, table, file, line, column, value, message.

        >>> district.findings().filter(rule="parent_missing").height
        5
        """
        return self._read_located(
            "findings",
            'select severity, rule, table_name as "table", file, line, column_name as "column", value, message '
            "from push.finding order by all",
        )

    def findings_page(self, path: Path) -> Path:
        """Write the findings and repairs as an HTML page, for those who have to correct the source.

        Raises:
            RequestError: the name does not end in .html, there is no such folder, or what is there is no page that
                coursepush made.
            WriteError: it cannot be written; what was there before stays.

        >>> str(district.findings_page("findings.html"))
        'findings.html'
        """
        from coursepush.reports.files import write_text
        from coursepush.reports.findings.page import findings_page

        write_text(findings_page(self.findings(), repairs=self.repairs()), path)
        return path

    def repairs(self) -> pl.DataFrame:
        """What a load with ``repair=True`` mended: table, file, line, row_id, column, rule, before, after.

        >>> district.repairs().columns
        ['table', 'file', 'line', 'row_id', 'column', 'rule', 'before', 'after']
        """
        return self._read_located(
            "repairs",
            'select table_name as "table", file, line, row_id, column_name as "column", rule, before, after '
            "from push.repair order by all",
        )

    def refreshes(self) -> pl.DataFrame:
        """The refreshes, newest first: when, and how many rows of which table changed, and by whom.

        >>> district.refreshes().height  # the simulated district never was
        0
        """
        from coursepush.refresh.refreshed import refreshes_frame

        with self._store.reading() as session:
            return refreshes_frame(session)

    def sql(
        self, query: str, params: dict[str, Any] | list[Any] | None = None, *, timeout: float | None = None
    ) -> pl.DataFrame:
        """One SELECT on the district's tables, read-only, with no other file within reach.

        Interrupting the kernel (or Ctrl-C) stops it, and the district stays open.

        Args:
            timeout: seconds after which the query is stopped; None lets it run.

        Raises:
            QueryError: it is not one SELECT statement, it failed, or it was not done in time.
            RequestError: `timeout` is no number of seconds above 0.

        >>> district.sql("select name from school where number = $number", {"number": "0301"}).item()
        'Riverbend High School'
        """
        check_timeout(timeout)
        with self._store.reading() as session:
            check_select(session, query)
            try:
                return stoppable(self._store, lambda: session.frame("sql", query, params), timeout)
            except DistrictBusyError:
                raise
            except TimeOverError as error:
                raise QueryError(
                    f"The query was not done after {timeout:,g} seconds and was stopped. Ask for less (one "
                    "calendar, one school; look at how tables are joined), or give it more time: timeout=."
                ) from error
            except StoreError as error:
                if is_out_of_memory(error.__cause__):
                    raise QueryError(out_of_memory("The query", "", self._store.memory)) from error
                raise QueryError(f"The query failed. {error.__cause__ or error}") from error

    def _read(self, name: str, sql: str, values: Mapping[str, Any] | list[Any] | None = None) -> pl.DataFrame:
        with self._store.reading() as session:
            return free_of_students(session.frame(name, sql, values))

    def _read_located(self, name: str, sql: str) -> pl.DataFrame:
        from coursepush.load.findings import marked

        with self._store.reading() as session:
            return marked(session.frame(name, sql))
