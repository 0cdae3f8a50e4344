"""A plan as one HTML page to send around: no script, nothing from the network, legible on paper and phone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import polars as pl
from great_tables import GT

from coursepush.apply.apply import Receipt
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.model.verdicts import REASON_SENTENCES, WRITING, Verdict
from coursepush.plan.plan import Plan
from coursepush.reports.pages.html import as_it_is, document, gt_table, many, safe, section, shown, shown_of
from coursepush.reports.pages.plan_data import PageData, read_page_data

_HOPS = {1: "Courses", 2: "Sections"}


def plan_page(plan: Plan, *, title: str | None = None, receipt: Receipt | None = None, max_rows: int = 300) -> str:
    """The page of a plan, or of what came of it where its `receipt` is given.

    Args:
        title: instead of the plan's own.
        receipt: of applying this plan: the page then tells what was written.
        max_rows: so many rows are shown one by one, at most; the page says how many there are.

    The same plan on the same data gives the same page, but for the plan's id.
    """
    data = read_page_data(plan, max_rows)
    done = receipt is not None
    links = plan.request.kind == "links"
    heading = title or plan.title
    request = dict(data.request)
    subject = request.get("Course catalog") or request.get("Calendar")
    about = " · ".join(one for one in (subject, request.get("School year")) if one)
    parts = [
        f"<header><p class='kind'>{'Result' if done else 'Preview'} of a {'plan of links' if links else 'push'}"
        f"{f': {safe(about)}' if about else ''}</p>",
        f"<h1>{safe(heading)}</h1><p class='lead'>{_headline(data, done=done)}</p>{_tiles(data)}</header>",
        _warnings(plan),
        section("What kind of data", _by_type(data)),
        section("School by school", _by_school(data, done=done)),
        section("What schools and teachers made", _lost(data, done=done)),
        section("What could not be pushed", _reasons(data) if data.could_not or not links else ""),
        section("Row by row", _rows(data)),
        section("About this " + ("push" if done else "preview"), _about(plan, data, receipt)),
    ]
    return document(heading, parts)


# -- the first lines ---------------------------------------------------------------------------------------


def _headline(data: PageData, *, done: bool) -> str:
    could_not = f"{many(data.could_not, 'row')} could not be pushed" if data.could_not else ""
    if not data.written:
        nothing = "Nothing was written" if done else "Nothing would be written"
        if could_not:
            return f"{nothing}: {could_not}."
        if data.counts.is_empty():
            return f"{nothing}: there is no course in scope."
        return f"{nothing}: everything is already as it should be."
    places = [many(data.courses, "course")] if data.courses else []
    places += [many(data.sections, "section")] if data.sections else []
    verb = ("was" if data.written == 1 else "were") if done else "would be"
    sentence = (
        f"<strong>{many(data.written, 'row')}</strong> {verb} written on {' and '.join(places)} "
        f"at {many(data.schools, 'school')}"
    )
    return f"{sentence}; {could_not}." if could_not else f"{sentence}."


def _tiles(data: PageData) -> str:
    totals = dict(data.counts.group_by("verdict").agg(pl.col("rows").sum()).rows())
    tiles = "".join(
        f"<li class='{verdict}'><b>{totals[verdict]:,}</b> {escape(data.labels[verdict])}</li>"
        for verdict in Verdict
        if verdict in totals
    )
    return f"<ul class='tiles'>{tiles}</ul>" if tiles else ""


def _warnings(plan: Plan) -> str:
    if not plan.warnings:
        return ""
    items = "".join(f"<li>{safe(text)}</li>" for text in plan.warnings)
    many = "Read this first" if len(plan.warnings) == 1 else f"Read these {len(plan.warnings)} first"
    return f"<section class='warnings' role='note'><h2>{many}</h2><ul>{items}</ul></section>"


# -- the tables --------------------------------------------------------------------------------------------


def _by_type(data: PageData) -> str:
    if data.counts.is_empty():
        return "<p>Nothing is in scope.</p>"
    verdicts = [str(one) for one in Verdict if one in data.counts["verdict"].to_list()]
    lines: dict[tuple[int, str], dict[str, int]] = {}
    for hop, element, verdict, rows in data.counts.select("hop", "element", "verdict", "rows").rows():
        line = lines.setdefault((hop, element), {})
        line[verdict] = line.get(verdict, 0) + rows
    frame = pl.DataFrame(
        [
            {"on": _HOPS[hop], "data": ELEMENT_LABELS[element], **{one: line.get(one) for one in verdicts}}
            for (hop, element), line in lines.items()
        ],
        schema={"on": pl.String, "data": pl.String, **dict.fromkeys(verdicts, pl.Int64)},
    )
    table = (
        GT(frame, id="by-type", rowname_col="data", groupname_col="on")
        .fmt_integer(columns=verdicts)
        .sub_missing(columns=verdicts, missing_text="")
        .cols_label({one: data.labels[one] for one in verdicts})
    )
    intro = (
        "<p>Every row and field that is looked at is counted once. "
        f"Written are: {', '.join(data.labels[one].lower() for one in WRITING)}.</p>"
    )
    return intro + gt_table(table)


def _by_school(data: PageData, *, done: bool) -> str:
    if data.by_school.is_empty():
        return ""
    numbers = ["courses", "sections", "written", "lost", "could_not"]
    table = (
        GT(
            data.by_school.with_columns(shown("school"), shown("calendar")),
            id="by-school",
            groupname_col="school",
        )
        .fmt_integer(columns=numbers)
        .sub_zero(columns=numbers, zero_text="")
        .cols_label(
            {
                "calendar": "Calendar",
                "courses": "Courses",
                "sections": "Sections",
                "written": "Rows written" if done else "Rows to write",
                "lost": "Made by school or teacher",
                "could_not": "Could not be pushed",
            }
        )
    )
    return gt_table(table)


def _lost(data: PageData, *, done: bool) -> str:
    if data.lost.is_empty():
        return (
            f"<p>Nothing that a school or a teacher made {'was' if done else 'would be'} removed or replaced.</p>"
        )
    total = int(data.lost["removed"].sum()) + int(data.lost["taken_over"].sum())
    verb = ("was" if total == 1 else "were") if done else "would be"
    frame = data.lost.with_columns(
        shown("school"),
        pl.col("hop").replace_strict(
            {1: "Schools, on courses", 2: "Teachers, in sections"}, return_dtype=pl.String
        ),
        pl.col("element").replace(ELEMENT_LABELS),
    )
    table = (
        GT(frame, id="lost", groupname_col="school")
        .fmt_integer(columns=["removed", "taken_over"])
        .sub_zero(columns=["removed", "taken_over"], zero_text="")
        .cols_label(
            {
                "hop": "Made by",
                "element": "Data",
                "removed": data.labels[Verdict.DELETE],
                "taken_over": data.labels[Verdict.RELINK],
            }
        )
    )
    listed = _detail(data.lost_rows, "lost-rows", data.labels)
    return (
        f"<p>{many(total, 'row')} that schools and teachers made {verb} removed or taken over. What is taken "
        f"over keeps its assignments and grades and gets the values from above.</p>{gt_table(table)}"
        f"<h3>{shown_of(data.lost_rows.height, total)}</h3>{listed}"
    )


def _reasons(data: PageData) -> str:
    if data.reasons.is_empty():
        return "<p>Everything could be pushed.</p>"
    lines = [
        {
            "why": REASON_SENTENCES[reason][0] if reason else "It could not be pushed.",
            "rows": rows,
            "courses": courses,
            "data": ", ".join(label for name, label in ELEMENT_LABELS.items() if name in elements),
            "advice": REASON_SENTENCES[reason][1] if reason else "",
        }
        for reason, rows, courses, elements in data.reasons.rows()
    ]
    table = (
        GT(pl.DataFrame(lines), id="reasons")
        .fmt_integer(columns=["rows", "courses"])
        .cols_label(
            {"why": "Why", "rows": "Rows", "courses": "Courses", "data": "Data", "advice": "What to do about it"}
        )
    )
    totals = ", ".join(
        f"{rows:,} {data.labels[verdict].lower()}"
        for verdict, rows in data.could_not_verdicts
        if verdict in data.labels
    )
    return f"<p>{many(data.could_not, 'row')}: {totals}.</p>{gt_table(table, 'cards')}"


def _rows(data: PageData) -> str:
    if data.rows.is_empty():
        return ""
    more = data.all_rows - data.rows.height
    end = (
        f"<p class='more'>{many(more, 'more row')} not shown here. <code>plan.rows()</code> lists every one of "
        "them.</p>"
        if more
        else ""
    )
    return f"<h3>{shown_of(data.rows.height, data.all_rows)}</h3>{_detail(data.rows, 'rows', data.labels)}{end}"


def _detail(rows: pl.DataFrame, table_id: str, labels: dict[str, str]) -> str:
    """Rows in words, grouped by school and calendar; each cell is HTML made here, all text escaped."""
    frame = pl.DataFrame(
        [
            {
                "group": f"{row['school'] or ''} · {row['calendar'] or ''}",
                "where": _where(row),
                "what": f"<small>{escape(ELEMENT_LABELS[row['element']])}</small>{safe(row['what'])}",
                "outcome": _outcome(row, labels),
                "change": safe(row["change"]),
            }
            for row in rows.iter_rows(named=True)
        ]
    )
    table = (
        GT(frame, id=table_id, groupname_col="group")
        .fmt(as_it_is, columns=["where", "what", "outcome", "change"])
        .cols_label({"where": "Course or section", "what": "What", "outcome": "Outcome", "change": "Change"})
    )
    return gt_table(table, "cards")


def _where(row: dict[str, Any]) -> str:
    course = f"{safe(row['course_number'])} {safe(row['course_name'])}"
    if row["section_id"] is None:
        return course
    teacher = f", {safe(row['teacher'])}" if row["teacher"] else ""
    return f"{course}<small>Section {safe(row['section_number'] or row['section_id'])}{teacher}</small>"


def _outcome(row: dict[str, Any], labels: dict[str, str]) -> str:
    verdict = row["verdict"]
    why = REASON_SENTENCES[row["reason"]][0] if row["reason"] else ""
    if row["other"]:
        why = f"{why.removesuffix('.')}: {row['other']}."
    why = f"<small>{safe(why)}</small>" if why else ""
    return f"<span class='verdict {verdict}'>{escape(labels[verdict])}</span>{why}"


# -- the end -----------------------------------------------------------------------------------------------


def _about(plan: Plan, data: PageData, receipt: Receipt | None) -> str:
    lines: Sequence[tuple[str, str]] = [
        *data.request,
        ("Digest", plan.digest),
        ("Rules", plan.rules_version),
        ("Plan", plan.id),
    ]
    if receipt is None:
        end = "This is a preview. Nothing was written to the district."
    else:
        end = (
            f"Push {receipt.push_id} wrote {many(receipt.rows, 'row')} on {receipt.applied_at:%Y-%m-%d %H:%M} UTC"
            f"{f', started by {receipt.applied_by}' if receipt.applied_by else ''}. It can be undone."
        )
    notes = "".join(f"<p>{safe(note)}</p>" for note in plan.notes)
    terms = "".join(f"<dt>{escape(name)}</dt><dd>{safe(value)}</dd>" for name, value in lines)
    return f"<dl>{terms}</dl>{notes}<p class='end'><strong>{safe(end)}</strong></p>"
