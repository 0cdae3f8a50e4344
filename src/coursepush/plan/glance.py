"""A plan at a glance, as a notebook shows it: warnings first, then what becomes of its rows by data type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from coursepush.errors import counted
from coursepush.html.notebook import glance, html_table, label, muted, warned
from coursepush.html.text import safe

_HOPS = {0: "Setup", 1: "Courses", 2: "Sections"}


def plan_html(plan: Any, labels: Mapping[str, str] | None = None, *, approvals: str = "") -> str:
    """A plan at a glance.

    Args:
        plan: has `title`, `id`, `warnings`, `notes`, `writes`, `told` (what becomes of its rows, in a sentence)
            and `fates()` (hop, element, fate, made_by, rows).
        labels: what to call data types and fates; without it their codes in plain words.
        approvals: who approved it and what is missing, in a sentence.
    """
    approved = f"<div>{safe(approvals)}</div>" if approvals else ""
    return glance(
        escape(str(plan.title)),
        f"plan {escape(str(plan.id))}",
        plan_body_html(plan, labels),
        approved,
        f"<div>{would_write(plan)} by <code>district.apply(plan)</code>. Row by row: <code>plan.rows(...)</code>; "
        'as a page: <code>district.reports.plan_page(plan, "plan.html")</code>. '
        "<b>This is a preview: nothing is written.</b></div>",
    )


def plan_body_html(plan: Any, labels: Mapping[str, str] | None = None) -> str:
    """Of a plan as in :func:`plan_html`: its warnings, what becomes of its rows by data type, and its notes."""
    counts = plan.fates().select("hop", "element", "fate", "rows").rows()
    told = escape(str(plan.told))
    notes = "".join(muted(escape(str(text))) for text in plan.notes)
    return (
        f"{warned(str(text) for text in plan.warnings)}<div>{told[:1].upper()}{told[1:]}.</div>"
        f"{fates_table(counts, labels or {})}{notes}"
    )


def would_write(plan: Any) -> str:
    """ "236 rows would be written"."""
    writes = int(plan.writes)
    return f"{counted(writes, 'row')} would be written" if writes else "Nothing would be written"


def fates_table(counts: Iterable[tuple[int, str, str, int]], labels: Mapping[str, str]) -> str:
    """Data types down, fates across, in the order in which they come and of `labels`; nothing where none came."""
    cells: dict[tuple[int, str], dict[str, int]] = {}
    for hop, element, fate, rows in counts:
        line = cells.setdefault((hop, element), {})
        line[fate] = line.get(fate, 0) + int(rows)
    order = {name: place for place, name in enumerate(labels)}
    fates = sorted({one for line in cells.values() for one in line}, key=lambda one: (order.get(one, 99), one))
    lines = [
        [
            _HOPS.get(hop, str(hop)),
            label(element, labels),
            *(f"{line[one]:,}" if one in line else "" for one in fates),
        ]
        for (hop, element), line in cells.items()
    ]
    heads = ["On", "Data", *(label(one, labels) for one in fates)]
    return html_table(heads, lines, [place > 1 for place in range(len(heads))], steady=2)
