"""What was asked of a report and on which data, in words for its page and files."""

from __future__ import annotations

from typing import Any

from coursepush.errors import examples
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.plan.request import as_list, school_year
from coursepush.reports.filters import Filters, Given
from coursepush.store.database import Session
from coursepush.store.layout import has_history, last_refresh

_SHOWN = 6
_LEVELS = {"course": "Courses", "section": "Sections"}


def asked_words(session: Session, given: Given, filters: Filters) -> list[tuple[str, str]]:
    """The filters that were given, as (what, which), names for ids, in the order in which reports are sorted."""
    ids = filters.courses
    named = {
        "Course catalog": ("catalog", "catalog_id", "name", ids["catalogs"]),
        "Calendar": ("calendar", "calendar_id", "name", ids["calendars"]),
        "School": ("school", "school_id", "name", ids["schools"]),
        "Course master": ("course_master", "master_id", "number", ids["masters"]),
        "Course": ("course", "course_id", "number", ids["courses"]),
        "Section": ("section", "section_id", "number", filters.sections),
        "Teacher": ("teacher", "teacher_id", "name", filters.teachers),
    }
    said = {
        what: _names(session, table, id_column, name, chosen)
        for what, (table, id_column, name, chosen) in named.items()
        if chosen is not None
    }
    if ids["years"] is not None:
        said["School year"] = examples([school_year(year) for year in sorted(ids["years"])], _SHOWN)
    if given.level is not None:
        said["Level"] = _LEVELS[given.level]
    if filters.elements is not None:
        said["Data"] = examples([ELEMENT_LABELS[name] for name in filters.elements], _SHOWN)
    order = ("Course catalog", "School year", "School", "Calendar", "Course master", "Course", "Section")
    return [(what, said[what]) for what in (*order, "Teacher", "Level", "Data") if what in said]


def choice_words(what: str, given: Any, words: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """One more filter, as (what, which); nothing where it was not given."""
    if given is None:
        return []
    return [(what, examples([(words or {}).get(str(one), str(one)) for one in as_list(given)], _SHOWN))]


def as_of_words(session: Session) -> str:
    """Which data a report speaks of: when loaded or refreshed, and how many pushes were applied to it."""
    loaded = session.value("loaded at", "select max(loaded_at) from push.given_table where is_given")
    refresh = last_refresh(session)
    when = f"{'refreshed' if refresh else 'loaded'} {loaded:%Y-%m-%d}" if loaded is not None else "loaded"
    pushes = 0
    if has_history(session):
        pushes = int(session.value("pushes", "select count(*) from push.history"))
    applied = f", {pushes:,} {'push' if pushes == 1 else 'pushes'} applied here" if pushes else ""
    return f"The district as {when}{applied}"


def _names(session: Session, table: str, id_column: str, name: str, ids: list[int]) -> str:
    found = session.rows(
        f"names of {table}",
        f"select distinct coalesce({name}, '') from {table} "
        f"where list_contains($ids::bigint[], {id_column}) order by 1",
        {"ids": ids},
    )
    return examples([row[0] for row in found], _SHOWN) or "none"
