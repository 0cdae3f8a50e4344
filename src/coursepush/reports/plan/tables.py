"""The tables and pictures of counts on the page of a plan."""

from __future__ import annotations

import polars as pl

from coursepush.errors import counted
from coursepush.html.tables import counts_table, drawn_table, folded_rows, more
from coursepush.html.text import GONE
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.model.verdicts import Verdict
from coursepush.plan.fates import Maker
from coursepush.reports.parts import in_push_order
from coursepush.reports.plan.data import PageData
from coursepush.reports.plan.picture import changes_svg
from coursepush.reports.plan.words import Words

PLACES_SHOWN = 100
"""So many schools and calendars have a line of their own."""

_HOPS = {0: "Setup", 1: "Courses", 2: "Sections"}
_SAME = "same"


def by_type(data: PageData, words: Words) -> str:
    """A line for each level and data type, a column for each fate; above it what is written, as a picture."""
    if data.fates.is_empty() and data.same.is_empty():
        return "<p>Nothing is in scope.</p>"
    columns = [pl.col("hop").cast(pl.Int8), "element", "fate", "rows"]
    same = data.same.with_columns(pl.lit(_SAME).alias("fate"))
    every = pl.concat([data.fates.select(columns), same.select(columns)])
    lines = _by_fate(every, ["hop", "element"], words).sort("hop", in_push_order())
    lines = lines.with_columns(
        pl.col("hop").replace_strict(_HOPS, return_dtype=pl.String), pl.col("element").replace(ELEMENT_LABELS)
    )
    labels = {"element": "Data", **_fate_headings(lines, words)}
    return _picture(data, "element", words) + counts_table(lines, "by-type", labels, group="hop")


def by_maker(data: PageData, words: Words) -> str:
    """Who made the rows: a line for what came from above, for schools and for teachers."""
    if data.fates["made_by"].n_unique() < 2:
        return ""
    lines = _by_fate(data.fates, ["made_by"], words)
    lines = lines.sort(pl.col("made_by").cast(pl.Enum([str(one) for one in _MAKERS]))).with_columns(
        pl.col("made_by").replace({str(one): label for one, label in _MAKERS.items()})
    )
    return "<h3>Who made it</h3>" + counts_table(
        lines, "by-maker", {"made_by": "Made by", **_fate_headings(lines, words)}
    )


_MAKERS = {
    Maker.DISTRICT: "The level above, or new",
    Maker.SCHOOL: "Schools, on courses",
    Maker.TEACHER: "Teachers, in sections",
}


def _by_fate(rows: pl.DataFrame, index: list[str], words: Words) -> pl.DataFrame:
    """`rows` by fate, added up: a column for each fate that comes up."""
    there = [one for one in (*words.fates, _SAME) if one in set(rows["fate"])]
    return rows.group_by(index, maintain_order=True).agg(
        pl.col("rows").filter(pl.col("fate") == one).sum().alias(one) for one in there
    )


def _fate_headings(lines: pl.DataFrame, words: Words) -> dict[str, str]:
    """The headings of the fates that have a number in some line."""
    labels = {**words.fates, _SAME: words.labels[Verdict.SAME]}
    return {name: label for name, label in labels.items() if name in lines.columns and lines[name].sum()}


def school_tables(data: PageData, words: Words) -> str:
    """What becomes of each school's rows, and which data is written there; a picture where there are several."""
    if data.places.is_empty():
        return ""
    places = data.places.head(PLACES_SHOWN)
    labels = {"courses": "Courses", "sections": "Sections"}
    labels = {name: label for name, label in labels.items() if data.places[name].sum()}
    lines = _by_place(places, "by-school", {**labels, **_fate_headings(data.places, words)})
    several = data.places["school"].n_unique() > 1
    picture = _picture(data, "school", words) if several else ""
    return f"{picture}{lines}{_more(data)}{_school_and_type(data, places)}"


def teacher_table(data: PageData, words: Words) -> str:
    """What becomes of the rows in each teacher's sections."""
    if data.teachers.is_empty():
        return ""
    lines = data.teachers.sort(
        pl.sum_horizontal("disappears", "other_values", "could_not"), descending=True, maintain_order=True
    )
    told = lines.head(PLACES_SHOWN).with_columns(
        pl.col("school").fill_null(GONE), pl.col("teacher").fill_null(NOBODY)
    )
    labels = {"teacher": "Teacher", "sections": "Sections", **_fate_headings(lines, words)}
    table = counts_table(told, "by-teacher", labels, group="school")
    return folded_rows(table, told.height, lines.height, "teacher", "in the report by teacher.")


NOBODY = "No teacher named"
"""Where rows stand that are in no teacher's section."""


def reason_table(reasons: pl.DataFrame, table_id: str, words: Words) -> str:
    """Each reason as a sentence with what to do about it, how many rows it concerns, and of which data."""
    frame = reasons.select(
        why=_sentence(words, 0),
        rows="rows",
        courses="courses",
        data=pl.col("elements").map_elements(_elements, return_dtype=pl.String),
        advice=_sentence(words, 1),
    )
    labels = {"why": "Why", "rows": "Rows", "courses": "Courses", "data": "Data", "advice": "What to do about it"}
    return drawn_table(frame, table_id, labels, kind="cards")


def _school_and_type(data: PageData, places: pl.DataFrame) -> str:
    """A line for each school and calendar, a column for each data type of which something is written."""
    elements = [name for name in ELEMENT_LABELS if name in set(data.changes["element"])]
    if not elements or data.places.height < 2:
        return ""
    lines = (
        data.changes.filter(pl.col("place").is_in(places["place"].implode()))
        .pivot("element", index="place", values="rows", aggregate_function="sum")
        .join(places, on="place", how="left", maintain_order="left")
        .sort("place")
    )
    missing = [pl.lit(None, pl.Int64).alias(name) for name in elements if name not in lines.columns]
    labels = {name: ELEMENT_LABELS[name] for name in elements}
    return "<h3>Rows by kind of data</h3>" + _by_place(lines.with_columns(missing), "school-data", labels)


def _by_place(places: pl.DataFrame, table_id: str, labels: dict[str, str]) -> str:
    """A line for each school and calendar, under the schools' names where one has several calendars."""
    if places["school"].is_duplicated().any():
        return counts_table(places, table_id, {"calendar": "Calendar", **labels}, group="school")
    return counts_table(places, table_id, {"school": "School", "calendar": "Calendar", **labels})


def _more(data: PageData) -> str:
    left = data.places.tail(max(0, data.places.height - PLACES_SHOWN))
    rows = counted(int(left["written"].sum()), "row")
    worst = "those where most disappears, gets other values or could not be done come first."
    return more(left.height, "calendar", f"with {rows} not shown here: {worst}")


def _picture(data: PageData, by: str, words: Words) -> str:
    return changes_svg(data.changes, by, words.fates) if data.totals["written"] else ""


def _sentence(words: Words, part: int) -> pl.Expr:
    """What is said of a reason (0), or what to do about it (1)."""
    reason = pl.col("reason")
    return reason.map_elements(
        lambda one: words.sentences(one)[part], return_dtype=pl.String, skip_nulls=False
    )  # a handful of rows: one a reason


def _elements(names: pl.Series) -> str:
    return ", ".join(label for name, label in ELEMENT_LABELS.items() if name in set(names))
