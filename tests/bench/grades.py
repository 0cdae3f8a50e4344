"""What coursepush takes for grades and forecasts, and the same by bare SQL, polars and a loop over students.

Each function is the work of one fresh process.
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

import coursepush as cp
from coursepush.forecast.forecast import Forecast

from .floor import ASKED, attach, connected, let_go
from .grades_in_polars import KEY, SETUP, moved
from .ours import CATALOG, Told, counted, plan_of, timed_with_statements, told
from .rival import peak_bytes
from .sections import GRADES, bound, read_sections
from .timing import repeated, seconds_of


def change_weights(path: str, into: str) -> Told:
    """Copy the district to `into`, and let one category of each course master of the catalog weigh 5 more."""
    shutil.copyfile(path, into)
    with duckdb.connect(into) as connection:
        [(changed,)] = connection.execute(
            """
            update master_category
            set weight = weight + 5
            where row_id in (
                select min(c.row_id)
                from master_category as c
                join course_master as m on m.master_id = c.owner_id
                join catalog as g on g.catalog_id = m.catalog_id
                where g.name = $catalog and not c.is_excluded
                group by c.owner_id
            )
            """,
            {"catalog": CATALOG},
        ).fetchall()
    return {"masters": changed}


# -- coursepush --------------------------------------------------------------------------------------------


def forecast(path: str, times: int, into: str) -> Told:
    """From ``plan.forecast()`` to its ``counts()``; planning is not timed.

    What it says of each grade is written to the Parquet file `into`, for others to be compared with.
    """
    with cp.open_district(path) as district:
        plan = plan_of(district)
        found: list[Forecast] = []
        more: Told = {}

        def once() -> float:
            found.clear()
            seconds, more["statements"] = counted(district, lambda: _counted(plan, found))
            return seconds

        timed = repeated(times, once)
        peak = peak_bytes()
        rows = _rows_of(found[0])
    rows.write_parquet(into)
    return told(timed, rows=rows.height, peak=peak, **more)


def _counted(plan: cp.Plan, found: list[Forecast]) -> None:
    found.append(plan.forecast())
    found[0].counts()


def grades(path: str, times: int) -> Told:
    """The frame of all in-progress grades of the district."""
    with cp.open_district(path) as district:
        heights: list[int] = []

        def read() -> None:
            heights.append(district.grades().height)

        return {**timed_with_statements(district, times, read), "rows": heights[-1]}


def one_forecast(path: str, first: int, second: int) -> Told:
    """The second of two forecasts, of one course each."""
    with cp.open_district(path) as district:
        plan_of(district, courses=[first]).forecast().counts()
        plan = plan_of(district, courses=[second])
        seconds = seconds_of(lambda: plan.forecast().counts())
        return {"seconds": seconds, "rows": _rows_of(plan.forecast()).height}


def _rows_of(found: Forecast) -> pl.DataFrame:
    """Each grade that a forecast looked at: its key, and both percents in ten-thousandths.

    Read where the forecast keeps them: in ``rows()`` each would have its causes in words too.
    """
    with found.store.reading() as session:
        return session.frame(
            "percents",
            f"select {', '.join(KEY)}, "
            "cast(percent_before * 10000::decimal(5, 0) as bigint) as before, "
            "cast(percent_after * 10000::decimal(5, 0) as bigint) as after "
            f"from {found.prefix}move",
        )


# -- what they are held against ----------------------------------------------------------------------------


def group_scores(path: str, name: str, work: str, times: int) -> Told:
    """One section of ``grades.sql``."""
    sql = read_sections(GRADES)[name]
    connection = connected(work)
    groups: list[int] = []

    def once() -> float:
        attach(connection, path)
        began = time.perf_counter()
        groups.append(connection.execute(sql, bound(sql, ASKED)).fetchall()[0][0])
        seconds = time.perf_counter() - began
        let_go(connection)
        return seconds

    return told(repeated(times, once), groups=groups[-1])


def by_polars(tables: str, after: str, expected: str, times: int) -> Told:
    """The same percents by polars, from Parquet files; tells ``differs`` where they are not the forecast's."""
    found: list[pl.DataFrame] = []

    def once() -> float:
        began = time.perf_counter()
        found[:] = [moved(Path(tables), Path(after))]
        return time.perf_counter() - began

    timed = repeated(times, once)
    figures = told(timed, rows=found[0].height, peak=peak_bytes())
    differs = _difference(found[0], pl.read_parquet(expected))
    return {**figures, "differs": differs} if differs else figures


def _difference(found: pl.DataFrame, expected: pl.DataFrame) -> str:
    """What of a forecast is otherwise in `found`; where that has more grades, they must not move."""
    same = ["before", "after"]
    other = expected.join(found, on=[*KEY, *same], how="anti", nulls_equal=True).height
    beyond = found.join(expected, on=list(KEY), how="anti").filter(pl.col("before").ne_missing(pl.col("after")))
    if not other and not beyond.height:
        return ""
    return f"{other:,} of {expected.height:,} percents are not the forecast's, {beyond.height:,} others move"


def by_student(path: str, after: str, expected: str, students: int) -> Told:
    """Both percents of so many students, one student after the other in plain Python; reading them is not timed.

    The calculation is the one in fractions that the tests judge by.
    """
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from grades_oracle import grades_of

    rows = pl.read_parquet(expected)
    every = rows["student_id"].unique().sort()
    chosen = every.gather_every(max(1, every.len() // students)).head(students)
    rows = rows.filter(pl.col("student_id").is_in(chosen.implode()))
    sides: list[dict[str, pl.DataFrame]] = []
    for one in (path, after):
        with cp.open_district(one) as district:
            sides.append(_tables_of(district, chosen, rows["section_id"].unique()))
    seconds, wrong = 0.0, 0
    for student in chosen:
        own = rows.filter(student_id=student)
        tables = [_of_student(frames, student, own["section_id"].unique()) for frames in sides]
        began = time.perf_counter()
        before, later = (grades_of(each).grades for each in tables)
        seconds += time.perf_counter() - began
        for *key, earlier, now in own.select(*KEY, "before", "after").iter_rows():
            of_key = [side.get(tuple(key)) for side in (before, later)]
            wrong += [each and each.percent * 10**4 for each in of_key] != [earlier, now]
    figures = {"seconds": seconds, "students": len(chosen), "every": every.len(), "rows": rows.height}
    differs = f"{wrong:,} of {rows.height:,} percents are not the forecast's"
    return {**figures, "differs": differs} if wrong else figures


def _tables_of(district: cp.District, students: pl.Series, sections: pl.Series) -> dict[str, pl.DataFrame]:
    """What the grades of some students rest on."""
    ids = {"students": students.to_list(), "sections": sections.to_list()}
    in_sections = "list_contains($sections::bigint[], {})".format
    assignments = f"assignment_id in (select assignment_id from assignment where {in_sections('section_id')})"
    student = "list_contains($students::bigint[], student_id)"
    wheres = {
        **dict.fromkeys(("calendar", "school", "course", "grading_scale_mark"), "true"),
        **dict.fromkeys(("section", "assignment"), in_sections("section_id")),
        **dict.fromkeys(SETUP, in_sections("owner_id")),
        "assignment_task": assignments,
        "score": f"{student} and {assignments}",
        **dict.fromkeys(("enrollment", "posted_grade"), f"{student} and {in_sections('section_id')}"),
    }
    return {
        table: district.sql(f"select * from {table} where {where}", bound(where, ids))
        for table, where in wheres.items()
    }


def _of_student(
    frames: dict[str, pl.DataFrame], student: int, sections: pl.Series
) -> dict[str, list[dict[str, Any]]]:
    """Those of one student, as plain rows."""
    found = dict(frames)
    columns = dict.fromkeys(("section", "assignment"), "section_id") | dict.fromkeys(SETUP, "owner_id")
    for name, column in columns.items():
        found[name] = found[name].filter(pl.col(column).is_in(sections.implode()))
    for name in ("score", "enrollment", "posted_grade"):
        found[name] = found[name].filter(student_id=student)
    found["assignment_task"] = found["assignment_task"].join(found["assignment"], on="assignment_id", how="semi")
    found["course"] = found["course"].join(found["section"], on="course_id", how="semi")
    found["calendar"] = found["calendar"].join(found["course"], on="calendar_id", how="semi")
    return {name: frame.to_dicts() for name, frame in found.items()}
