"""A report at a glance, in a notebook and in a terminal."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from coursepush.errors import cleaned, counted
from coursepush.html.notebook import frame_table, glance, muted
from coursepush.html.text import safe, said

if TYPE_CHECKING:
    from coursepush.reports.report import Report

_EVERYTHING = "the whole district"


def report_html(report: Report) -> str:
    """Its answer, a few rows or a picture, what was left out, and how to get the rest."""
    name = escape(report.layout.name)
    picture = report.picture
    return glance(
        escape(report.title),
        " · ".join(safe(which) for _, which in report.asked) or _EVERYTHING,
        f"<div>{safe(report.answer)}</div>",
        picture,
        "" if picture and report.layout.is_told_by_picture else frame_table(report.summary),
        *(muted(escape(str(note))) for note in report.notes),
        muted(
            f"{counted(report.shown.height, 'row')}: <code>.frame</code>. To send around: "
            f'<code>.page("{name}.html")</code>, <code>.save("{name}.xlsx")</code>'
        ),
    )


def report_text(report: Report, how: str = ".frame has them, .page(path) and .save(path) write them") -> str:
    """The same as text; `how` to get the rows."""
    asked = " · ".join(str(which) for _, which in report.asked) or _EVERYTHING
    lines = [f"{report.title}: {asked}", report.answer]
    summary = report.summary
    if not summary.is_empty():
        texts = [summary.columns, *([said(one) for one in row] for row in summary.rows())]
        widths = [max(len(line[place]) for line in texts) for place in range(len(texts[0]))]
        is_number = [dtype.is_numeric() for dtype in summary.dtypes]
        for line in texts:
            cells = (
                cell.rjust(width) if right else cell.ljust(width)
                for cell, width, right in zip(line, widths, is_number, strict=True)
            )
            lines.append("  " + "  ".join(cells).rstrip())
    lines = [cleaned(line) for line in (*lines, *report.notes)]
    return "\n".join([*lines, f"{counted(report.shown.height, 'row')}: {how}"])
