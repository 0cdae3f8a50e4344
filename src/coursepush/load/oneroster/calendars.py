"""Schools, their catalog, calendars and terms out of a OneRoster bundle.

OneRoster's sessions belong to no school. A calendar is made for each school and school year in which the school
has classes. Its terms are the lowest sessions of the year: quarters rather than the semesters they make up, and
grading periods rather than terms beside them. Where the sessions of a year overlap (trimesters of some schools,
quarters of others), a calendar gets those that its own classes and line items name. A year without any sessions
below it is one term.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from coursepush.errors import counted
from coursepush.load.keys import numbered
from coursepush.load.oneroster.files import Bundle
from coursepush.load.oneroster.findings import all_rows, finding

_DISTRICT = ("district", "local")
_ABOVE = (*_DISTRICT, "state", "national")
"""Types of organisations that have schools under them."""


# -- organisations -----------------------------------------------------------------------------------------


def make_schools(bundle: Bundle) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """school, with `school` (its sourcedId): the orgs of type school, and others that classes name as theirs.

    `is_above`: a district or more than that, which owns courses for all of its schools. That a class is held there
    does not make them its own.
    """
    orgs, classes = bundle.frames["orgs"], bundle.frames["classes"]
    of_type = pl.col("type").str.to_lowercase() == "school"
    named = pl.col("key").is_in(classes["school"].implode())
    is_above = pl.col("type").str.to_lowercase().is_in(_ABOVE)
    odd = orgs.filter(~of_type & named & ~is_above)
    said = "classes are held there, so it counts as a school, whatever its type says."
    found = [all_rows(odd, "warning", "school_of_other_type", "orgs.csv", "type", pl.col("type"), said)]
    above = orgs.filter(named & is_above)
    said = "classes are held there, so it counts as a school too, with the courses of these classes and no others."
    found.append(all_rows(above, "warning", "classes_at_district", "orgs.csv", "type", pl.col("name"), said))
    schools = numbered(orgs.filter(of_type | named), "school_id", "key")
    number = pl.coalesce("number", "key")
    rows = schools.select("school_id", "name", "parent", "line", school="key", number=number, is_above=is_above)
    return rows, found


def make_catalog(bundle: Bundle, schools: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """catalog, with `org`: the one, named after the district that most schools are of."""
    orgs = bundle.frames["orgs"]
    parents = orgs.select(above="key", next="parent")
    step = schools.select("school", above="parent").drop_nulls()
    found = [step]
    for _ in range(10):  # a school, its area, its district, and a few levels that vendors may add
        step = step.join(parents, on="above").select("school", above="next").drop_nulls()
        found.append(step)
    under = pl.concat(found).unique().group_by(key="above").agg(schools=pl.len())
    districts = (
        orgs.filter(pl.col("type").str.to_lowercase().is_in(_DISTRICT))
        .join(under, on="key", how="left")
        .sort(pl.col("schools").fill_null(0), "key", descending=[True, False])
    )
    if districts.is_empty():
        message = "orgs.csv names no district (type district or local); all schools got one catalog, District."
        catalog = pl.DataFrame(
            {"catalog_id": [1], "name": ["District"], "org": [None]}, schema_overrides={"org": pl.String}
        )
        return catalog, [finding("warning", "catalog", "orgs.csv", message)]
    catalog = districts.head(1).select("name", catalog_id=pl.lit(1), org="key")
    name = str(catalog["name"][0])
    if districts.height == 1:
        return catalog, [
            finding("note", "catalog", "orgs.csv", f"The catalog is named after the district: {name}.")
        ]
    message = f"orgs.csv names {districts.height:,} districts; all schools got one catalog, called {name}."
    return catalog, [finding("warning", "catalog", "orgs.csv", message)]


# -- calendars ---------------------------------------------------------------------------------------------


def classes_in_years(
    bundle: Bundle, years: pl.DataFrame, sessions: pl.DataFrame
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """classes with `year`: the one most of their sessions are in, else their course's, else the only one."""
    classes = bundle.frames["classes"]
    placed = sessions.select("session", "year")
    votes = (
        classes.select("key", session="sessions")
        .explode("session")
        .join(placed, on="session")
        .group_by("key", "year")
        .agg(votes=pl.len())
        .sort("key", "votes", "year", descending=[False, True, False])
    )
    several = classes.join(votes.filter(pl.col("key").is_duplicated()), on="key", how="semi")
    column = bundle.column("classes", "sessions")
    said = "the sessions are of several school years; the class is in the one that most of them are of."
    found = [all_rows(several, "warning", "two_years", "classes.csv", column, pl.col("key"), said)]
    best = votes.unique("key", keep="first", maintain_order=True).select("key", "year")
    of_courses = bundle.frames["courses"].select(course="key", session="school_year").join(placed, on="session")
    only = int(years["year"][0]) if years.height == 1 else None
    known = (
        classes.join(best, on="key", how="left")
        .join(of_courses.select("course", course_year="year"), on="course", how="left")
        .with_columns(year=pl.coalesce("year", "course_year", pl.lit(only, pl.Int64)))
        .drop("course_year")
        .sort("line")
    )
    lost = known.filter(pl.col("year").is_null())
    said = "no session says in which school year the class is held; it was left out, with all that hangs on it."
    found.append(all_rows(lost, "warning", "no_year", "classes.csv", column, pl.col("key"), said))
    return known.filter(pl.col("year").is_not_null()), found


def make_calendars(
    classes: pl.DataFrame, schools: pl.DataFrame, years: pl.DataFrame
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """calendar, with `school`, `year`, `year_key`: one a school and year in which it has classes."""
    rows = (
        classes.select("school", "year")
        .unique()
        .join(schools.select("school", "school_id", "number", school_name="name"), on="school")
        .join(years, on="year")
    )
    calendars = numbered(rows, "calendar_id", "school_id", "year")
    short = (
        (pl.col("end_year") - 1).cast(pl.String) + "-" + (pl.col("end_year") % 100).cast(pl.String).str.zfill(2)
    )
    same = schools.filter(pl.col("name").is_duplicated())["school"].implode()
    school = pl.when(pl.col("school").is_in(same)).then(pl.format("{} ({})", "school_name", "number"))
    named = calendars.with_columns(name=pl.concat_str(school.otherwise("school_name"), pl.lit(" "), short))
    for more in (
        pl.format("{} ({})", "name", pl.coalesce("title", "year_key")),
        pl.format("{} ({} to {})", "name", "start_date", "end_date"),
        pl.format("{} no. {}", "name", "calendar_id"),
    ):
        named = named.with_columns(name=pl.when(pl.col("name").is_duplicated()).then(more).otherwise("name"))
    summer = named.filter("is_summer")
    if summer.is_empty():
        return named, []
    message = f"{counted(summer.height, 'calendar')} taken for summer school, by the title of the school year."
    return named, [finding("note", "summer", "academicSessions.csv", message)]


# -- terms -------------------------------------------------------------------------------------------------


def make_terms(
    calendars: pl.DataFrame,
    years: pl.DataFrame,
    sessions: pl.DataFrame,
    ancestors: pl.DataFrame,
    named: pl.DataFrame,
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """term, with the kind `is_period`; and findings.

    Args:
        named: calendar_id, session; the sessions that classes and line items of each calendar name.
    """
    lowest = _lowest(sessions)
    of_calendar = calendars.select("calendar_id", "year")
    every = of_calendar.join(lowest, on="year")
    relevant = reach(named, every, sessions, ancestors).select("calendar_id", "start_date", "end_date").unique()
    overlapping = _overlapping(lowest, "year")
    pinned = relevant["calendar_id"].implode()
    chosen = every.join(
        relevant.with_columns(is_named=pl.lit(True)), on=["calendar_id", *_DATES], how="left"
    ).filter(
        pl.col("is_named").fill_null(False)
        | ~pl.col("year").is_in(overlapping["year"].implode())
        | ~pl.col("calendar_id").is_in(pinned)
    )
    clash = _overlapping(chosen, "calendar_id", with_period=True)
    kept = chosen.join(clash, on=["calendar_id", *_DATES], how="anti")
    bare = of_calendar.join(kept, on="calendar_id", how="anti")
    whole = bare.join(years.select("year", "start_date", "end_date"), on="year").with_columns(
        is_period=pl.lit(False)
    )
    terms = (
        pl.concat([kept.select(whole.columns), whole])
        .sort("calendar_id", *_DATES)
        .with_columns(term_seq=pl.int_range(1, pl.len() + 1).over("calendar_id"))
    )
    found: list[pl.DataFrame] = []
    if bare.height:
        message = (
            f"{bare.height:,} calendars have no sessions below their school year; the year is their one term."
        )
        found.append(finding("note", "year_as_term", "academicSessions.csv", message))
    return terms.join(_titles(terms, years, sessions, named), on=["calendar_id", "term_seq"], how="left"), found


_DATES = ["start_date", "end_date"]


def _lowest(sessions: pl.DataFrame) -> pl.DataFrame:
    """year, start_date, end_date, is_period of the sessions that are not made up of others, each span once.

    A session is made up of others where one names it as its parent, or where two others of its year, one after
    the other, lie within its days. A grading period is so by its children alone.
    """
    spans = (
        sessions.filter(pl.col("kind") != "schoolyear")
        .group_by("year", *_DATES)
        .agg(is_period=(pl.col("kind") == "gradingperiod").any(), is_parent=pl.col("is_parent").any())
    )
    inside = spans.join(spans.select("year", start="start_date", end="end_date"), on="year").filter(
        ((pl.col("start") != pl.col("start_date")) | (pl.col("end") != pl.col("end_date")))
        & (pl.col("start_date") <= pl.col("start"))
        & (pl.col("end") <= pl.col("end_date"))
    )
    made_up = (
        inside.filter(~pl.col("is_period"))
        .group_by("year", *_DATES)
        .agg(pl.col("end").min(), pl.col("start").max())
        .filter(pl.col("end") < pl.col("start"))
    )
    return spans.filter(~pl.col("is_parent")).join(made_up, on=["year", *_DATES], how="anti").drop("is_parent")


def _overlapping(spans: pl.DataFrame, by: str, with_period: bool = False) -> pl.DataFrame:
    """`by`, start_date, end_date of spans that share days with another (or, themselves none, with a period)."""
    others = spans.select(by, start="start_date", end="end_date", other="is_period")
    shared = spans.join(others, on=by).filter(
        ((pl.col("start") != pl.col("start_date")) | (pl.col("end") != pl.col("end_date")))
        & (pl.col("start") <= pl.col("end_date"))
        & (pl.col("start_date") <= pl.col("end"))
    )
    if with_period:
        shared = shared.filter(pl.col("other") & ~pl.col("is_period"))
    return shared.select(by, *_DATES).unique()


def _titles(terms: pl.DataFrame, years: pl.DataFrame, sessions: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """calendar_id, term_seq, name: the title of a session with the term's dates, one that is named there first."""
    whole = years.select("year", *_DATES, "title", kind=pl.lit("schoolyear"), session="year_key")
    given = pl.concat([sessions.select(whole.columns), whole])
    return (
        terms.join(given, on=["year", *_DATES])
        .join(named.with_columns(is_named=pl.lit(True)), on=["calendar_id", "session"], how="left")
        .sort(
            "calendar_id",
            "term_seq",
            pl.col("is_named").is_null(),
            pl.col("title").is_null(),
            pl.col("kind") != "gradingperiod",
            "session",
        )
        .unique(["calendar_id", "term_seq"], keep="first", maintain_order=True)
        .select("calendar_id", "term_seq", name="title")
    )


def reach(
    named: pl.DataFrame, terms: pl.DataFrame, sessions: pl.DataFrame, ancestors: pl.DataFrame
) -> pl.DataFrame:
    """Which terms a session comes to in a calendar: columns of `terms`, and `session`.

    The first that holds of: the term with its very dates; the terms below it; those whose middle day lies in
    it; those that its own middle day lies in.

    Args:
        named: calendar_id, session.
        terms: calendar_id, start_date, end_date, and more.
    """
    own = sessions.select("session", first="start_date", last="end_date")
    below = (
        ancestors.join(sessions.select("session", *_DATES), on="session")
        .select(*_DATES, session="ancestor", is_below=pl.lit(True))
        .unique()
    )
    middle = pl.col("start_date") + (pl.col("end_date") - pl.col("start_date")) / 2
    own_middle = pl.col("first") + (pl.col("last") - pl.col("first")) / 2
    rank = (
        pl.when((pl.col("first") == pl.col("start_date")) & (pl.col("last") == pl.col("end_date")))
        .then(1)
        .when(pl.col("is_below").fill_null(False))
        .then(2)
        .when(middle.is_between("first", "last"))
        .then(3)
        .when(own_middle.is_between("start_date", "end_date"))
        .then(4)
    )
    keys: Sequence[str] = ("calendar_id", "session")
    return (
        named.select(keys)
        .unique()
        .join(own, on="session")
        .join(terms, on="calendar_id")
        .join(below, on=["session", *_DATES], how="left")
        .with_columns(rank=rank)
        .filter(pl.col("rank") == pl.col("rank").min().over(keys))
        .drop("first", "last", "is_below", "rank")
    )
