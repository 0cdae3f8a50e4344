"""How rehearsals are told: the list of situations, and one of them with its places and steps."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import polars as pl

from coursepush.errors import counted
from coursepush.html.page import section
from coursepush.html.tables import folded
from coursepush.html.text import safe
from coursepush.plan.fates import Fate, fates_sentence
from coursepush.reports.report import Layout, Report
from coursepush.reports.side_by_side.page import side_table
from coursepush.reports.side_by_side.picture import sides_svg

_ADVISED = "Do this"
_INSTEAD = "Not this: to see the difference"


# -- the list --------------------------------------------------------------------------------------------------


def _list_answer(report: Report) -> str:
    found = report.frame.filter(pl.col("places") > 0)
    if found.is_empty():
        return f"Not one of the {report.frame.height} situations applies here."
    names = ", ".join(found["name"])
    applies = "applies" if found.height == 1 else "apply"
    some = f"{found.height} of the {report.frame.height} situations {applies} here: {names}."
    return f'{some} district.rehearse("{found["name"][0]}") rehearses the first.'


def _list_summary(report: Report) -> pl.DataFrame:
    return report.frame.select(
        pl.col("number").alias("No"),
        pl.col("name").alias("Rehearsal"),
        pl.col("situation").alias("Situation"),
        *(
            pl.col(one).alias(label)
            for one, label in (("masters", "Course masters"), ("courses", "Courses"), ("sections", "Sections"))
        ),
        pl.col("in_years").alias("In"),
    )


def _list_body(report: Report, max_rows: int) -> Sequence[str]:
    lines = "".join(
        f"<dt>{row['number']}. {escape(row['question'])}</dt><dd>{escape(row['advice'])} "
        f"<b>{_applies(row)}</b> <code>district.rehearse({escape(repr(row['name']))})</code></dd>"
        for row in report.frame.iter_rows(named=True)
    )
    return [section("The situations, and what to do", f"<dl class='long'>{lines}</dl>")]


def _applies(row: dict[str, Any]) -> str:
    if not row["places"]:
        return "It applies nowhere here."
    parts = [counted(row["masters"], "course master"), counted(row["courses"], "course")]
    if row["sections"]:
        parts.append(counted(row["sections"], "section"))
    return f"It applies to {', '.join(parts)}: {escape(row['in_years'])}."


REHEARSALS = Layout.of("rehearsal", answer=_list_answer, summary=_list_summary, body=_list_body)


# -- one of them -----------------------------------------------------------------------------------------------


def _answer(report: Report) -> str:
    situation, places = report.facts["situation"], report.facts["places"]
    if places.is_empty():
        return f"This applies nowhere. {situation.nowhere}"
    masters, courses = places["master_id"].n_unique(), places["course_id"].n_unique()
    sections = places["section_id"].drop_nulls().n_unique()
    parts = [counted(masters, "course master"), counted(courses, "course")]
    parts += [counted(sections, "section")] if sections else []
    advised = report.frame.filter("is_advised").row(0, named=True)
    return (
        f"It applies to {', '.join(parts)}: {situation.applies}. {situation.advice} "
        f"The step “{advised['name']}”, in rows: {_told(advised)}."
    )


def _told(row: dict[str, Any]) -> str:
    """What becomes of rows in a step, in a sentence without its full stop."""
    return fates_sentence({str(one): row[str(one)] for one in Fate}) or "nothing is written, and nothing is left"


def _summary(report: Report) -> pl.DataFrame:
    return side_table(report.frame) if not report.frame.is_empty() else pl.DataFrame()


def _picture(report: Report) -> str:
    return sides_svg(report.frame) if not report.frame.is_empty() else ""


def _body(report: Report, max_rows: int) -> Sequence[str]:
    if report.frame.is_empty():
        return [section("Where it applies", f"<p>{escape(report.facts['situation'].nowhere)}</p>")]
    steps = "".join(
        _step(row, warnings)
        for row, warnings in zip(report.frame.iter_rows(named=True), report.facts["warnings"], strict=True)
    )
    return [
        section("The steps, and what each would do", f"<ol class='steps'>{steps}</ol>"),
        section("Where it applies", _places(report.facts["places"], max_rows)),
    ]


def _step(row: dict[str, Any], warnings: Sequence[str]) -> str:
    edits = f"<p>Set up first: {safe(row['edits'])}.</p>" if row["edits"] else ""
    told = f"<p>{escape(_told(row)[:1].upper() + _told(row)[1:])}. {safe(row['grades'])}</p>"
    warned = "".join(f"<li>{safe(one)}</li>" for one in warnings)
    warned = folded(counted(len(warnings), "warning"), f"<ul>{warned}</ul>", rows=99) if warned else ""
    code = f"<pre tabindex='0' style='white-space:pre-wrap'>{escape(row['call'])}</pre>"
    kind = _ADVISED if row["is_advised"] else _INSTEAD
    return (
        f"<li><h3>{safe(row['name'])}</h3><p><b>{kind}.</b> {safe(row['what'])}</p>{edits}{told}{warned}"
        f"{folded('As code', code, rows=99)}</li>"
    )


_HEADS = {
    "school": "School",
    "calendar": "Calendar",
    "master": "Course master",
    "course": "Course",
    "section": "Section",
    "what": "What",
}


def _places(places: pl.DataFrame, max_rows: int) -> str:
    """The first places, and how many more there are."""
    shown = places.head(max_rows).select(
        "school",
        "calendar",
        pl.concat_str("master_number", "master_name", separator=" ", ignore_nulls=True).alias("master"),
        pl.concat_str("course_number", "course_name", separator=" ", ignore_nulls=True).alias("course"),
        pl.concat_str(
            pl.coalesce("section_number", pl.col("section_id").cast(pl.String)), "teacher", separator=", ",
            ignore_nulls=True,
        ).alias("section"),
        "what",
    )  # fmt: skip
    names = [name for name in _HEADS if shown[name].drop_nulls().len() and (shown[name] != "").any()]
    head = "".join(f"<th scope='col'>{_HEADS[name]}</th>" for name in names)
    lines = "".join(
        f"<tr>{''.join(f'<td>{safe(one)}</td>' for one in row)}</tr>" for row in shown.select(names).rows()
    )
    left = places.height - shown.height
    more = (
        f"<p class='more'>{counted(left, 'more place')} not shown here: <code>.places</code>.</p>" if left else ""
    )
    table = f"<div class='table'><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>{more}"
    return folded(counted(places.height, "place"), table, rows=shown.height)


REHEARSAL = Layout(
    name="rehearsal",
    title="Rehearsal",
    question="Where does this apply, and what would each step do?",
    answer=_answer,
    summary=_summary,
    body=_body,
    picture=_picture,
)
