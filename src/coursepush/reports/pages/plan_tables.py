"""The tables and pictures of counts on the page of a plan."""

from __future__ import annotations

import polars as pl

from coursepush.model.elements import ELEMENT_LABELS
from coursepush.model.verdicts import Reason, Verdict
from coursepush.reports.pages.html import gt_table, many, new_table, shown
from coursepush.reports.pages.parts import counted
from coursepush.reports.pages.plan_data import PageData
from coursepush.reports.pages.plan_words import Words
from coursepush.reports.pictures.changes import changes_svg

PLACES_SHOWN = 100
"""So many schools and calendars have a line of their own."""

_HOPS = {1: "Courses", 2: "Sections"}
_MADE_BY = {1: "Schools, on courses", 2: "Teachers, in sections"}


def by_type(data: PageData, words: Words) -> str:
    """A line for each level and data type, a column for each verdict; above it what is written, as a picture."""
    if data.counts.is_empty():
        return "<p>Nothing is in scope.</p>"
    verdicts = [str(one) for one in Verdict if one in data.counts["verdict"].to_list()]
    lines = (
        data.counts.pivot("verdict", index=["hop", "element"], values="rows", aggregate_function="sum")
        .with_columns(
            pl.col("hop").replace_strict(_HOPS, return_dtype=pl.String),
            pl.col("element").replace(ELEMENT_LABELS),
        )
        .select("hop", "element", *verdicts)
    )
    table = (
        new_table(lines, id="by-type", rowname_col="element", groupname_col="hop")
        .fmt_integer(columns=verdicts)
        .sub_zero(columns=verdicts, zero_text="")
        .cols_label({one: words.labels[one] for one in verdicts})
    )
    return _picture(data, "element", words) + gt_table(table)


def school_tables(data: PageData, words: Words) -> str:
    """What becomes of each school's rows, and which data is written there; a picture where there are several."""
    if data.places.is_empty():
        return ""
    places = data.places.head(PLACES_SHOWN).with_columns(shown("school"), shown("calendar"))
    labels = {
        "courses": "Courses",
        "sections": "Sections",
        "written": "Rows written" if words.done else "Rows to write",
        "lost_school": "Made by the school",
        "lost_teacher": "Made by teachers",
        "could_not": words.could_not_heading.removeprefix("What ").capitalize(),
        "left_as_it_is": "Left as they are",
    }
    may_be_empty = ("courses", "sections", "lost_school", "lost_teacher", "could_not", "left_as_it_is")
    empty = [name for name in may_be_empty if not data.places[name].sum()]
    lines = _by_place(places, "by-school", {one: label for one, label in labels.items() if one not in empty})
    goes = "lost: rows that were" if words.done else "would lose: rows to be"
    lost = (
        f"<p>“Made by the school” and “Made by teachers” count what they made and {goes} removed or replaced.</p>"
        if data.totals.lost
        else ""
    )
    several = data.places["school"].n_unique() > 1
    picture = _picture(data, "school", words) if several else ""
    return f"{picture}{lost}{lines}{_more(data)}{_school_and_type(data, places)}"


def lost_table(data: PageData, words: Words) -> str:
    """What schools and what teachers made and lose, by data type."""
    frame = data.lost.with_columns(
        pl.col("hop").replace_strict(_MADE_BY, return_dtype=pl.String), pl.col("element").replace(ELEMENT_LABELS)
    )
    labels = {
        "element": "Data",
        "removed": words.labels[Verdict.DELETE],
        "taken_over": words.labels[Verdict.RELINK],
    }
    if data.places["school"].n_unique() > 1:
        labels["schools"] = "Schools"
    return counted(frame, "lost", labels, group="hop")


def residual_table(data: PageData) -> str:
    """What stays, by level and data type: as it is, or set to No Calculation."""
    frame = (
        data.residual.with_columns(
            pl.col("hop").replace_strict(_HOPS, return_dtype=pl.String), pl.col("element").replace(ELEMENT_LABELS)
        )
        .group_by("hop", "element", maintain_order=True)
        .agg(
            as_it_is=pl.col("rows").filter(pl.col("reason") == Reason.RESIDUAL).sum(),
            no_calculation=pl.col("rows").filter(pl.col("reason") == Reason.RESIDUAL_TASK).sum(),
        )
    )
    labels = {"element": "Data", "as_it_is": "Rows that stay"}
    if frame["no_calculation"].sum():
        labels["no_calculation"] = "Set to No Calculation"
    return counted(frame, "residual", labels, group="hop")


def reason_table(reasons: pl.DataFrame, table_id: str, words: Words) -> str:
    """Each reason as a sentence with what to do about it, how many rows it concerns, and of which data."""
    frame = reasons.select(
        why=_sentence(words, 0),
        rows="rows",
        courses="courses",
        data=pl.col("elements").map_elements(_elements, return_dtype=pl.String),
        advice=_sentence(words, 1),
    )
    table = (
        new_table(frame, id=table_id)
        .fmt_integer(columns=["rows", "courses"])
        .cols_label(
            {"why": "Why", "rows": "Rows", "courses": "Courses", "data": "Data", "advice": "What to do about it"}
        )
    )
    return gt_table(table, "cards")


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
        return counted(places, table_id, {"calendar": "Calendar", **labels}, group="school")
    return counted(places, table_id, {"school": "School", "calendar": "Calendar", **labels})


def _more(data: PageData) -> str:
    left = data.places.tail(max(0, data.places.height - PLACES_SHOWN))
    if left.is_empty():
        return ""
    return (
        f"<p class='more'>{many(left.height, 'more calendar')} with {many(int(left['written'].sum()), 'row')} not "
        "shown here: those where schools and teachers lose most, and most could not be done, come first.</p>"
    )


def _picture(data: PageData, by: str, words: Words) -> str:
    return changes_svg(data.changes, by, words.labels) if data.totals.written else ""


def _sentence(words: Words, part: int) -> pl.Expr:
    """What is said of a reason (0), or what to do about it (1)."""
    reason = pl.col("reason")
    return reason.map_elements(
        lambda one: words.sentences(one)[part], return_dtype=pl.String, skip_nulls=False
    )  # a handful of rows: one a reason


def _elements(names: pl.Series) -> str:
    return ", ".join(label for name, label in ELEMENT_LABELS.items() if name in set(names))
