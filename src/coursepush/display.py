"""Small pieces of HTML for notebooks, made from counts that are there already: no query, no style sheet.

Colours come from the notebook's theme: text inherits, lines are grey at half strength, so that both light and
dark themes read well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

_LINE = "1px solid rgba(128,128,128,.45)"
_MUTED = "opacity:.75"
_ROW = f"background:transparent;border-bottom:{_LINE}"
_CELL = "padding:2px 10px;border:0"
_WARNING = (
    "margin:4px 0;padding:4px 10px;border-left:4px solid #d9822b;background:rgba(217,130,43,.12);max-width:60em"
)
_HOPS = {1: "Courses", 2: "Sections"}


def plan_html(plan: Any, labels: Mapping[str, str] | None = None) -> str:
    """A plan at a glance: its title, warnings first, counts per data type and verdict.

    Args:
        plan: has `title`, `id`, `warnings`, `notes`, `writes` and `counts()` (hop, element, verdict, rows).
        labels: what to call data types and verdicts; without it their codes in plain words.
    """
    warnings = "".join(f'<div style="{_WARNING}">{escape(str(text))}</div>' for text in plan.warnings)
    notes = "".join(f'<div style="{_MUTED}">{escape(str(text))}</div>' for text in plan.notes)
    counts = plan.counts().select("hop", "element", "verdict", "rows").rows()
    writes = int(plan.writes)
    what = f"{_rows(writes)} would be written" if writes else "nothing would be written"
    return (
        f"<div><b>{escape(str(plan.title))}</b> <span style='{_MUTED}'>plan {escape(str(plan.id))}</span>"
        f"{warnings}{_counts_table(counts, labels or {}) if counts else '<div>Nothing is in scope.</div>'}{notes}"
        f"<div>{what[0].upper()}{what[1:]} by <code>district.apply(plan)</code>. "
        "<b>This is a preview: nothing is written.</b></div></div>"
    )


def receipt_html(receipt: Any, labels: Mapping[str, str] | None = None) -> str:
    """What an apply wrote, at a glance, and how to take it back.

    Args:
        receipt: has `push_id`, `title`, `rows`, `applied_at`, `applied_by`, `digest` and `written` (a frame of
            hop, element, verdict, rows).
        labels: as in :func:`plan_html`.
    """
    counts = receipt.written.select("hop", "element", "verdict", "rows").rows()
    who = f" by {escape(str(receipt.applied_by))}" if receipt.applied_by else ""
    return (
        f"<div><b>Push {int(receipt.push_id)}: {escape(str(receipt.title))}</b>"
        f"<div>{_rows(int(receipt.rows))} written on {receipt.applied_at:%Y-%m-%d %H:%M} UTC{who}, "
        f"digest <code>{escape(str(receipt.digest)[:12])}</code>.</div>"
        f"{_counts_table(counts, labels or {}) if counts else ''}"
        f"<div style='{_MUTED}'>To take it back: <code>district.plan_undo({int(receipt.push_id)})</code>, "
        "then apply that plan.</div></div>"
    )


def _counts_table(counts: Iterable[tuple[int, str, str, int]], labels: Mapping[str, str]) -> str:
    """Data types down, verdicts across, in the order in which they come and of `labels`."""
    cells: dict[tuple[int, str], dict[str, int]] = {}
    for hop, element, verdict, rows in counts:
        line = cells.setdefault((hop, element), {})
        line[verdict] = line.get(verdict, 0) + int(rows)
    order = {name: place for place, name in enumerate(labels)}
    verdicts = sorted({one for line in cells.values() for one in line}, key=lambda one: (order.get(one, 99), one))
    right = f"{_CELL};text-align:right"
    head = "".join(f'<th style="{right}">{_label(one, labels)}</th>' for one in verdicts)
    body = ""
    for (hop, element), line in cells.items():
        numbers = "".join(
            f'<td style="{right}">{line[one]:,}</td>' if one in line else f'<td style="{right}"></td>'
            for one in verdicts
        )
        body += (
            f'<tr style="{_ROW}"><td style="{_CELL};text-align:left;white-space:nowrap">{_HOPS.get(hop, hop)}</td>'
            f'<td style="{_CELL};text-align:left;white-space:nowrap">{_label(element, labels)}</td>{numbers}</tr>'
        )
    left = f"{_CELL};text-align:left;white-space:nowrap"
    return (
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;margin:6px 0;font-size:90%">'
        f'<thead><tr style="{_ROW}"><th style="{left}">On</th><th style="{left}">Data</th>{head}'
        f"</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _label(code: str, labels: Mapping[str, str]) -> str:
    plain = "Whole course" if code == "*" else code.replace("_", " ").capitalize()
    return escape(labels.get(code, plain))


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"
