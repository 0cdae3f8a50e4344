"""A plan as one HTML page to send around: no script, nothing from the network, legible on paper and phone."""

from __future__ import annotations

from html import escape

import polars as pl

from coursepush.apply.apply import Receipt
from coursepush.errors import RequestError, counted
from coursepush.html.page import document, section, tiles
from coursepush.html.text import safe
from coursepush.model.verdicts import Verdict
from coursepush.plan.fates import WRITTEN_FATES, Fate, Maker
from coursepush.plan.plan import Plan
from coursepush.plan.reading import ReadablePlan
from coursepush.plan.requests.registry import fate_words
from coursepush.reports.filters import EVERYTHING, Given
from coursepush.reports.plan.data import SOME_ROWS, PageData, read_page_data
from coursepush.reports.plan.grades import grades_of_plan
from coursepush.reports.plan.rows import listed_numbers, listed_renames, listed_rows
from coursepush.reports.plan.tables import by_maker, by_type, reason_table, school_tables, teacher_table
from coursepush.reports.plan.words import Words


def plan_page(
    plan: ReadablePlan,
    *,
    title: str | None = None,
    receipt: Receipt | None = None,
    max_rows: int = SOME_ROWS,
    grades: bool | None = None,
    given: Given = EVERYTHING,
) -> str:
    """The page of a plan, or of what came of it where its `receipt` is given.

    Args:
        title: instead of the plan's own.
        plan: one of a district, or one that is read from its file alone, by the names that the file has.
        receipt: of applying this plan: the page then tells what was written, when and by whom.
        max_rows: so many rows of each fate are shown one by one, at most; the page says how many there are.
        grades: whether it says whose grades would move; None: unless the plan reaches very many sections.
        given: whose part of the plan: of a school, a teacher, and so on. Whose grades would move is not in it.

    The same plan on the same data gives the same page, but for the plan's id.

    Raises:
        RequestError: the receipt is of another plan, or nothing has a name that is given.
    """
    if receipt is not None and receipt.plan_id != plan.id:
        raise RequestError(
            f"The receipt of push {receipt.push_id} is of plan {receipt.plan_id}, and this is plan {plan.id}. "
            "Give the receipt that applying this plan gave, or none for the preview."
        )
    data = read_page_data(plan, max_rows, given)
    words = Words.of(plan, receipt)
    heading = title or plan.title
    told = grades_of_plan(plan, words, grades=grades) if isinstance(plan, Plan) and not data.is_narrowed else ""
    parts = [
        _header(data, words, heading),
        _decisions(plan, data, words),
        section("Whose grades would move", told),
        section("What kind of data", by_type(data, words) + by_maker(data, words)),
        section("School by school", school_tables(data, words)),
        section("Teacher by teacher", teacher_table(data, words)),
        *(section(words.heading(fate), _fate(data, words, fate)) for fate in Fate),
        section(f"About this {words.noun}", _about(plan, data, words)),
    ]
    return document(heading, parts)


def _header(data: PageData, words: Words, heading: str) -> str:
    request = dict(data.request)
    subject = request.get("Course catalog") or request.get("Calendar")
    part = [request[name] for name in ("School", "Teacher") if data.is_narrowed and name in request]
    about = " · ".join(one for one in (*part, subject, request.get("School year")) if one)
    is_empty = data.fates.is_empty() and data.same.is_empty()
    first, rest = words.headline(data.totals, is_empty=is_empty)
    counts = [(fate, label, data.totals[fate]) for fate, label in words.fates.items() if data.totals[fate]]
    if same := int(data.same["rows"].sum()):
        counts.append((str(Verdict.SAME), words.labels[Verdict.SAME], same))
    when = f"<p>{safe(words.end())}</p>" if words.done else ""
    return (
        f"<header><p class='kind'>{'Result' if words.done else 'Preview'} of {words.what}"
        f"{f': {safe(about)}' if about else ''}</p><h1>{safe(heading)}</h1>"
        f"<p class='lead'><strong>{escape(first)}</strong>{escape(rest)}</p>{when}{tiles(counts)}</header>"
    )


def _decisions(plan: ReadablePlan, data: PageData, words: Words) -> str:
    """What a reader has to think of first: the warnings, what is taken from whom, and who has to agree."""
    taken = [_taken(data, words, fate) for fate in (Fate.DISAPPEARS, Fate.OTHER_VALUES)]
    items = [*(safe(text) for text in plan.warnings), *(one for one in taken if one)]
    approvals = _approvals(plan, words)
    if not plan.warnings and not items:
        return approvals
    heading = words.warnings_heading
    if len(items) > 1:
        heading = heading.replace("this", f"these {len(items)}")
    made = "".join(f"<li>{one}</li>" for one in items)
    kind = "warnings" if plan.warnings else "decisions"
    return f"<section class='{kind}' role='note'><h2>{heading}</h2><ul>{made}</ul></section>{approvals}"


def _taken(data: PageData, words: Words, fate: Fate) -> str:
    """How much disappears or gets other values, and how much of that schools and teachers made themselves."""
    total = data.totals[fate]
    if not total or not words.is_push:
        return ""
    own = data.fates.filter(pl.col("fate") == str(fate), pl.col("made_by") != str(Maker.DISTRICT))
    made = dict(own.group_by("made_by").agg(pl.col("rows").sum()).rows())
    parts = [
        f"{made[maker]:,} that {who} made"
        for maker, who in (("school", "schools"), ("teacher", "teachers"))
        if made.get(maker)
    ]
    of_them = f", {' and '.join(parts)} among them" if parts else ", none of them made by a school or a teacher"
    told = fate_words(words.kind)[fate]
    return f"{counted(total, 'row')} {told.one if total == 1 else told.many}{of_them}."


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


def _fate(data: PageData, words: Words, fate: Fate) -> str:
    """The rows of one fate: how many, why, and one by one. A push says so where everything could be done."""
    total = data.totals[fate]
    rows = data.rows[str(fate)]
    if fate == Fate.COULD_NOT:
        return _could_not(data, words)
    if not total:
        return ""
    if fate == Fate.RENAMED:
        told = words.renamed(total, "category" if total == 1 else "categories")
        return f"<p>{told}</p>{listed_renames(rows, total, words)}"
    if fate == Fate.STAYS:
        reasons = reason_table(data.reasons[str(fate)], "left", words)
        return f"<p>{words.told(fate, total)}</p>{reasons}{listed_rows(rows, fate, total, words, with_why=False)}"
    return f"<p>{words.told(fate, total)}</p>{listed_rows(rows, str(fate), total, words)}"


def _could_not(data: PageData, words: Words) -> str:
    total = data.totals["could_not"]
    if not total:
        return "<p>Everything could be pushed.</p>" if words.is_push else ""
    numbers = data.totals["numbers"]
    taken = (
        f"<p>{counted(numbers, 'course')} could not get the number of the course master, because another course "
        "of the calendar has it or would have it. Give one of the two another number, then push again.</p>"
        f"{listed_numbers(data.rows['numbers'], numbers)}"
        if numbers
        else ""
    )
    return (
        f"<p>{escape(words.could_not(total))}.</p>{reason_table(data.reasons['could_not'], 'reasons', words)}"
        f"{taken}{listed_rows(data.rows['could_not'], 'could-not-rows', total, words)}"
    )


def _about(plan: ReadablePlan, data: PageData, words: Words) -> str:
    lines = [*data.request, ("Digest", plan.digest), ("Rules", plan.rules_version), ("Plan", plan.id)]
    if words.receipt is not None:
        lines.append(("Push number", str(words.receipt.push_id)))
    terms = "".join(f"<dt>{escape(name)}</dt><dd>{safe(value)}</dd>" for name, value in lines)
    notes = "".join(f"<p>{safe(note)}</p>" for note in plan.notes)
    written = ", ".join(words.fates[one].lower() for one in WRITTEN_FATES)
    counted = (
        "<p>Every row and field that is looked at is counted once, under one of the words above, whoever made it. "
        f"Written is what is told as: {escape(written)}.</p>"
    )
    origin = f"<p>{safe(said)}</p>" if (said := getattr(plan, "origin", "")) else ""
    return f"<dl>{terms}</dl>{origin}{notes}{counted}<p class='end'><strong>{safe(words.end())}</strong></p>"
