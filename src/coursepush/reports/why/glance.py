"""An answer to why at a glance: the way from the catalog down, what uses it, and the pushes that wrote it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from coursepush.html.notebook import html_table, muted, warned
from coursepush.html.text import safe
from coursepush.model.verdicts import VERDICT_LABELS

if TYPE_CHECKING:
    from coursepush.reports.why.why import Why

_PUSHES_SHOWN = 5


def why_html(why: Why, use: str) -> str:
    """`use`: a sentence of what uses it, which hides small counts of students; empty for nothing."""
    pushes = [
        f"{escape(row['level'])}: push {row['push_id']} ({safe(row['title'])}, {row['applied_at']:%Y-%m-%d}) "
        f"{escape(row['verdict'])}"
        + (f", taken back by push {row['undone_by']}" if row["undone_by"] is not None else "")
        for row in why.pushes.head(_PUSHES_SHOWN).iter_rows(named=True)
    ]
    left = why.pushes.height - len(pushes)
    pushes += [f"{left:,} more in <code>.pushes</code>"] if left > 0 else []
    decided = why.steps["rule_section"].drop_nulls()
    section = escape(decided[-1].split(",")[0]) if len(decided) else ""
    return (
        f"<div><b>Why? {safe(why.title)}</b><div>{safe(why.answer)}</div>{warned([why.note])}"
        + html_table(
            ("Level", "What stands there", "What a push does", "Why"),
            [_step(row) for row in why.steps.iter_rows(named=True)],
        )
        + (f"<div>{escape(use)}</div>" if use else "")
        + (f"<div>Pushes that wrote it: {'; '.join(pushes)}.</div>" if pushes else "")
        + (muted(f'The rules in full: <code>cp.rules("{section}")</code>') if section else "")
        + "</div>"
    )


def _step(row: dict[str, Any]) -> list[str]:
    """What stands on a level, what a push does there, and why."""
    codes = [row[name] for name in ("verdict", "reason") if row[name]]
    told = " / ".join(VERDICT_LABELS.get(one, str(one).replace("_", " ")) for one in codes)
    rule = row["rule_section"]
    return [
        escape(row["level"].capitalize()),
        safe(row["stands"] or "–") + (muted(f"link: {escape(row['link'])}") if row["link"] else ""),
        escape(told) + (muted(f"rule {escape(rule)}") if rule else ""),
        f"{safe(row['why'])}<br>{muted(safe(row['what_to_do']), 'span')}",
    ]
