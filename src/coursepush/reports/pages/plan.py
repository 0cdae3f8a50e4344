"""A plan as one HTML page to send around: no script, nothing from the network, legible on paper and phone."""

from __future__ import annotations

from html import escape

import polars as pl

from coursepush.apply.apply import Receipt
from coursepush.errors import RequestError
from coursepush.model.verdicts import WRITING, Verdict
from coursepush.plan.plan import Plan
from coursepush.plan.reading import ReadablePlan
from coursepush.reports.pages.html import document, many, safe, section
from coursepush.reports.pages.parts import tiles
from coursepush.reports.pages.plan_data import PageData, read_page_data
from coursepush.reports.pages.plan_grades import grades_of_plan
from coursepush.reports.pages.plan_rows import listed_numbers, listed_renames, listed_rows
from coursepush.reports.pages.plan_tables import by_type, lost_table, reason_table, residual_table, school_tables
from coursepush.reports.pages.plan_words import Words


def plan_page(
    plan: ReadablePlan,
    *,
    title: str | None = None,
    receipt: Receipt | None = None,
    max_rows: int = 300,
    grades: bool | None = None,
) -> str:
    """The page of a plan, or of what came of it where its `receipt` is given.

    Args:
        title: instead of the plan's own.
        plan: one of a district, or one that is read from its file alone, by the names that the file has.
        receipt: of applying this plan: the page then tells what was written, when and by whom.
        max_rows: so many rows are shown one by one, at most; the page says how many there are.
        grades: whether it says whose grades would move; None: unless the plan reaches very many sections.

    The same plan on the same data gives the same page, but for the plan's id.

    Raises:
        RequestError: the receipt is of another plan.
    """
    if receipt is not None and receipt.plan_id != plan.id:
        raise RequestError(
            f"The receipt of push {receipt.push_id} is of plan {receipt.plan_id}, and this is plan {plan.id}. "
            "Give the receipt that applying this plan gave, or none for the preview."
        )
    data = read_page_data(plan, max_rows)
    words = Words.of(plan, receipt)
    heading = title or plan.title
    told = grades_of_plan(plan, words, grades=grades) if isinstance(plan, Plan) else ""
    parts = [
        _header(data, words, heading),
        _warnings(plan, words),
        _approvals(plan, words),
        section("Whose grades would move", told),
        section("What kind of data", by_type(data, words)),
        section("School by school", school_tables(data, words)),
        section("What schools and teachers made", _lost(data, words) if words.loses else ""),
        section("Names and numbers that collide", _collisions(data, words)),
        section("What stays though it is not set up above", _residual(data, words)),
        section(words.could_not_heading, _could_not(data, words)),
        section("What is left as it is", _left(data, words)),
        section("Row by row", _written(data, words)),
        section(f"About this {words.noun}", _about(plan, data, words)),
    ]
    return document(heading, parts)


def _header(data: PageData, words: Words, heading: str) -> str:
    request = dict(data.request)
    subject = request.get("Course catalog") or request.get("Calendar")
    about = " · ".join(one for one in (subject, request.get("School year")) if one)
    first, rest = words.headline(data.totals, is_empty=data.counts.is_empty())
    totals = dict(data.counts.group_by("verdict").agg(pl.col("rows").sum()).rows())
    counts = tiles([(str(one), words.labels[one], totals[one]) for one in Verdict if one in totals])
    when = f"<p>{safe(words.end())}</p>" if words.done else ""
    return (
        f"<header><p class='kind'>{'Result' if words.done else 'Preview'} of {words.what}"
        f"{f': {safe(about)}' if about else ''}</p><h1>{safe(heading)}</h1>"
        f"<p class='lead'><strong>{escape(first)}</strong>{escape(rest)}</p>{when}{counts}</header>"
    )


def _warnings(plan: ReadablePlan, words: Words) -> str:
    if not plan.warnings:
        return ""
    items = "".join(f"<li>{safe(text)}</li>" for text in plan.warnings)
    heading = words.warnings_heading
    if len(plan.warnings) > 1:
        heading = heading.replace("this", f"these {len(plan.warnings)}")
    return f"<section class='warnings' role='note'><h2>{heading}</h2><ul>{items}</ul></section>"


def _approvals(plan: ReadablePlan, words: Words) -> str:
    """Who agreed so far, and what the district's policy asks for beyond that; of a preview in its district."""
    told = "" if words.done else str(getattr(plan, "approvals_told", ""))
    if not told:
        return ""
    return section("Approvals", f"<p>{safe(told)}</p><p><small>{_A_RECORD}</small></p>")


_A_RECORD = (
    "This is a record of who agreed to what, by name and by the user of the operating system. It is not a lock "
    "against somebody who can write the district's file."
)


def _lost(data: PageData, words: Words) -> str:
    total = data.totals.lost
    if not total:
        return f"<p>Nothing that a school or a teacher made {words.were(1)} removed or replaced.</p>"
    intro = (
        f"<p>{many(total, 'row')} that schools and teachers made {words.were(total)} removed or taken over. "
        "What is taken over keeps its assignments and grades and gets the values from above.</p>"
    )
    return intro + lost_table(data, words) + listed_rows(data.rows["lost"], "lost-rows", total, words)


def _collisions(data: PageData, words: Words) -> str:
    """Categories that make way for another of the same name, and courses that do not get their number."""
    renamed, numbers = data.totals.renamed, data.totals.numbers
    parts: list[str] = []
    if renamed:
        parts.append(f"<p>{words.renamed(renamed, 'category' if renamed == 1 else 'categories')}</p>")
        parts.append(listed_renames(data.rows["renamed"], renamed, words))
    if numbers:
        parts.append(
            f"<p>{many(numbers, 'course')} could not get the number of the course master, because another course "
            "of the calendar has it or would have it. Give one of the two another number, then push again.</p>"
        )
        parts.append(listed_numbers(data.rows["numbers"], numbers))
    if not parts and words.is_push:
        return "<p>No category has to make way for another of its name, and no course number is taken.</p>"
    return "".join(parts)


def _residual(data: PageData, words: Words) -> str:
    total = data.totals.residual
    if not words.is_push:
        return ""
    if not total:
        return "<p>Nothing: whatever is not set up above is either unused or not looked at by this push.</p>"
    stays = "stays" if total == 1 else "stay"
    return (
        f"<p>{many(total, 'row')} {stays}, because assignments or grades use {'it' if total == 1 else 'them'}.</p>"
        f"{reason_table(data.stays, 'residual-reasons', words)}{residual_table(data)}"
        f"{listed_rows(data.rows['residual'], 'residual-rows', total, words, with_why=False)}"
    )


def _could_not(data: PageData, words: Words) -> str:
    total = data.totals.could_not
    if not total:
        return "<p>Everything could be pushed.</p>" if words.is_push else ""
    told = data.rows["could_not"]
    return (
        f"<p>{escape(words.could_not(total))}.</p>{reason_table(data.could_not, 'reasons', words)}"
        f"{listed_rows(told, 'could-not-rows', total, words)}"
    )


def _left(data: PageData, words: Words) -> str:
    total = data.totals.left
    if not total:
        return ""
    return f"<p>{many(total, 'row')} {words.were(total)} left alone.</p>{reason_table(data.left, 'left', words)}"


def _written(data: PageData, words: Words) -> str:
    total = data.totals.written
    if not total:
        return ""
    more = total - data.rows["written"].height
    end = (
        f"<p class='more'>{many(more, 'more row')} not shown here. <code>plan.rows(names=True)</code> lists every "
        "one of them, and <code>district.export_changes(plan, folder)</code> writes a file for each school.</p>"
        if more
        else ""
    )
    return listed_rows(data.rows["written"], "rows", total, words) + end


def _about(plan: ReadablePlan, data: PageData, words: Words) -> str:
    lines = [
        *data.request,
        ("Digest", plan.digest),
        ("Rules", plan.rules_version),
        ("Plan", plan.id),
    ]
    if words.receipt is not None:
        lines.append(("Push number", str(words.receipt.push_id)))
    terms = "".join(f"<dt>{escape(name)}</dt><dd>{safe(value)}</dd>" for name, value in lines)
    notes = "".join(f"<p>{safe(note)}</p>" for note in plan.notes)
    written = ", ".join(words.labels[one].lower() for one in WRITING)
    counted = f"<p>Every row and field that is looked at is counted once. Written are: {escape(written)}.</p>"
    origin = f"<p>{safe(said)}</p>" if (said := getattr(plan, "origin", "")) else ""
    return f"<dl>{terms}</dl>{origin}{notes}{counted}<p class='end'><strong>{safe(words.end())}</strong></p>"
