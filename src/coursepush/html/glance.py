"""Small pieces of HTML for notebooks, made from what is at hand already: no query, no style sheet.

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
_HOPS = {0: "Setup", 1: "Courses", 2: "Sections"}


def cleaned(text: str) -> str:
    """Text on one line with nothing in it that a terminal would obey: names come from other people's files."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def plan_html(plan: Any, labels: Mapping[str, str] | None = None, *, approvals: str = "") -> str:
    """A plan at a glance: its title, warnings first, counts per data type and verdict.

    Args:
        plan: has `title`, `id`, `warnings`, `notes`, `writes`, `told` (what becomes of its rows, in a sentence)
            and `fates()` (hop, element, fate, made_by, rows).
        labels: what to call data types and fates; without it their codes in plain words.
        approvals: who approved it and what is missing, in a sentence.
    """
    approved = f"<div>{_isolated(approvals)}</div>" if approvals else ""
    writes = int(plan.writes)
    what = f"{_rows(writes)} would be written" if writes else "nothing would be written"
    return (
        f"<div><b>{escape(str(plan.title))}</b> <span style='{_MUTED}'>plan {escape(str(plan.id))}</span>"
        f"{plan_body_html(plan, labels)}{approved}"
        f"<div>{what[0].upper()}{what[1:]} by <code>district.apply(plan)</code>. Row by row: "
        '<code>plan.rows(...)</code>; as a page: <code>district.reports.plan_page(plan, "plan.html")</code>. '
        "<b>This is a preview: nothing is written.</b></div></div>"
    )


def saved_plan_html(plan: Any, labels: Mapping[str, str] | None = None) -> str:
    """A plan as its file tells it, at a glance: where it comes from, and what a plan shows.

    Args:
        plan: as of :func:`plan_html`, with `digest`, `origin` (a sentence) and `asked` (pairs of text).
        labels: as there.
    """
    writes = int(plan.writes)
    what = f"{_rows(writes)} would be written" if writes else "nothing would be written"
    asked = " · ".join(f"{escape(name)}: {_isolated(which)}" for name, which in plan.asked)
    return (
        f"<div><b>{escape(str(plan.title))}</b> <span style='{_MUTED}'>saved plan {escape(str(plan.id))}, digest "
        f"<code>{escape(str(plan.digest)[:12])}</code></span><div style='{_MUTED}'>{asked}</div>"
        f"{plan_body_html(plan, labels)}<div>{what[0].upper()}{what[1:]}. Row by row: "
        "<code>.rows(names=True)</code>; by school and teacher: <code>.by_school()</code>, "
        '<code>.by_teacher()</code>; as a page: <code>.page("plan.html")</code>.</div>'
        f"<div style='{_MUTED}'>{_isolated(plan.origin)}</div></div>"
    )


def plan_body_html(plan: Any, labels: Mapping[str, str] | None = None) -> str:
    """Of a plan as in :func:`plan_html`: its warnings, what becomes of its rows by data type, and its notes."""
    warnings = _warned(str(text) for text in plan.warnings)
    notes = "".join(f'<div style="{_MUTED}">{escape(str(text))}</div>' for text in plan.notes)
    counts = plan.fates().select("hop", "element", "fate", "rows").rows()
    told = escape(str(plan.told))
    return f"{warnings}<div>{told[:1].upper()}{told[1:]}.</div>{_counts_table(counts, labels or {})}{notes}"


def forecast_html(found: Any) -> str:
    """What a plan would do to grades, at a glance, with no count of students but in words.

    Args:
        found: has `headline`, `notes`, and `plan`.
    """
    notes = "".join(f'<div style="{_MUTED}">{escape(text)}</div>' for text in found.notes)
    return (
        f"<div><b>Whose grades would move</b> <span style='{_MUTED}'>{escape(found.of)}</span>"
        f"<div>{escape(found.headline)}</div>{notes}"
        f"<div style='{_MUTED}'>By school, teacher or section: <code>district.reports.forecast(plan)</code>. "
        "Student by student, for those who may see it: <code>.rows()</code>.</div></div>"
    )


def receipt_html(receipt: Any, labels: Mapping[str, str] | None = None) -> str:
    """What an apply wrote, at a glance, and how to take it back.

    Args:
        receipt: has `push_id`, `title`, `rows`, `applied_at`, `applied_by`, `digest` and `fates` (a frame of hop,
            element, fate, made_by, rows), and `left_untidy`: sentences.
        labels: as in :func:`plan_html`.
    """
    push_id = int(receipt.push_id)
    counts = receipt.fates.select("hop", "element", "fate", "rows").rows()
    who = f" by {escape(str(receipt.applied_by))}" if receipt.applied_by else ""
    return (
        f"<div><b>Push {push_id}: {escape(str(receipt.title))}</b>"
        f"<div>{_rows(int(receipt.rows))} written on {receipt.applied_at:%Y-%m-%d %H:%M} UTC{who}, "
        f"digest <code>{escape(str(receipt.digest)[:12])}</code>.</div>"
        f"{_counts_table(counts, labels or {})}{_warned(receipt.left_untidy)}"
        f"<div style='{_MUTED}'>Get the report: <code>district.reports.push_result({push_id})</code>. "
        f"To take it back: <code>district.plan_undo({push_id})</code>, then apply that plan.</div></div>"
    )


def refreshed_html(refreshed: Any) -> str:
    """What a refresh changed, at a glance: a sentence, and a line for each table that moved.

    Args:
        refreshed: has `refresh_id`, `left_untidy` (sentences), `changes` (a frame: table, rows_before, rows_after,
            and counts) and `told`: a sentence, and the rows of `changes` in whose tables no row is a student's.
    """
    sentence, changes = refreshed.told
    names = [name for name in changes.columns if name not in ("table", "rows_before", "rows_after")]
    left, right = f"{_CELL};text-align:left;white-space:nowrap", f"{_CELL};text-align:right"
    heads = ["Rows before", "Rows now", *(_label(name, {}) for name in names)]
    head = "".join(f'<th style="{right}">{one}</th>' for one in heads)
    body = "".join(
        f'<tr style="{_ROW}"><td style="{left}">{_label(row["table"], {})}</td>'
        + "".join(f'<td style="{right}">{row[one]:,}</td>' for one in ("rows_before", "rows_after", *names))
        + "</tr>"
        for row in changes.iter_rows(named=True)
        if any(row[name] for name in names)
    )
    table = (
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;margin:6px 0;font-size:90%">'
        f'<thead><tr style="{_ROW}"><th style="{left}">Table</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
    of_students = ""
    if changes.height < refreshed.changes.height:
        which = "Enrollment, scores and posted grades are counted in <code>.changes</code>, not here."
        of_students = f"<div style='{_MUTED}'>{which}</div>"
    return (
        f"<div><b>Refresh {int(refreshed.refresh_id)}</b><div>{escape(sentence)}</div>{table if body else ''}"
        f"{of_students}{_warned(refreshed.left_untidy)}</div>"
    )


def _warned(texts: Iterable[str]) -> str:
    return "".join(f'<div style="{_WARNING}">{escape(text)}</div>' for text in texts)


def _counts_table(counts: Iterable[tuple[int, str, str, int]], labels: Mapping[str, str]) -> str:
    """Data types down, fates across, in the order in which they come and of `labels`; nothing where none came."""
    cells: dict[tuple[int, str], dict[str, int]] = {}
    for hop, element, fate, rows in counts:
        line = cells.setdefault((hop, element), {})
        line[fate] = line.get(fate, 0) + int(rows)
    if not cells:
        return ""
    order = {name: place for place, name in enumerate(labels)}
    fates = sorted({one for line in cells.values() for one in line}, key=lambda one: (order.get(one, 99), one))
    right = f"{_CELL};text-align:right"
    head = "".join(f'<th style="{right}">{_label(one, labels)}</th>' for one in fates)
    body = ""
    for (hop, element), line in cells.items():
        numbers = "".join(
            f'<td style="{right}">{line[one]:,}</td>' if one in line else f'<td style="{right}"></td>'
            for one in fates
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


def reconciliation_html(found: Any, labels: Mapping[str, str] | None = None) -> str:
    """What came of a plan, at a glance: the summary, then each rule of which not all came true, with examples.

    Args:
        found: has `title`, `summary`, `counts()` (hop, element, verdict, reason, link, outcome, rows) and
            `examples()` (the same but rows, with names, `what`, `change` and `stands`).
        labels: as in :func:`plan_html`, of outcomes, verdicts and data types.
    """
    words = labels or {}
    group = ("hop", "element", "verdict", "reason", "link", "outcome")
    shown: dict[tuple[Any, ...], list[str]] = {}
    for row in found.examples().iter_rows(named=True):
        section = f", section {row['section_number']}" if row["section_number"] is not None else ""
        where = f"{row['school']}, {row['course_number']}{section}: {row['what']}"
        change = f", {row['change']}" if row["change"] else ""
        stands = f"; stands: {row['stands']}" if row["stands"] else ""
        shown.setdefault(tuple(row[one] for one in group), []).append(escape(f"{where}{change}{stands}"))
    rules = [row for row in found.counts().iter_rows(named=True) if row["outcome"] != "came_true"]
    rules.sort(key=lambda row: -int(row["rows"]))
    cell = f"{_CELL};text-align:left;vertical-align:top"
    body = ""
    for row in rules[:_RULES_SHOWN]:
        verdict = _label(row["verdict"], words) if row["verdict"] else "Nothing"
        told = [row["reason"] or "", f"link: {row['link']}" if row["link"] else ""]
        why = f"<div style='{_MUTED}'>{', '.join(_label(one, words) for one in told if one)}</div>"
        lines = "<br>".join(shown.get(tuple(row[one] for one in group), []))
        body += (
            f'<tr style="{_ROW}"><td style="{cell}">{_label(row["outcome"], words)}</td>'
            f'<td style="{cell}">{_label(row["element"], words)} on {_HOPS[row["hop"]].lower()}</td>'
            f'<td style="{cell}">{verdict}{why}</td>'
            f'<td style="{_CELL};text-align:right;vertical-align:top">{row["rows"]:,}</td>'
            f'<td style="{cell}">{lines}</td></tr>'
        )
    heads = "".join(
        f'<th style="{cell}">{one}</th>' for one in ("What came of it", "Data", "Foretold", "Rows", "Such as")
    )
    table = (
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;margin:6px 0;font-size:90%">'
        f'<thead><tr style="{_ROW}">{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )
    more = len(rules) - _RULES_SHOWN
    rest = f"<div style='{_MUTED}'>{more:,} more in <code>.counts()</code>.</div>" if more > 0 else ""
    return (
        f"<div><b>Did the push do it? {escape(str(found.title))}</b><div>{escape(found.summary)}</div>"
        f"{table if body else ''}{rest}</div>"
    )


def report_html(report: Any) -> str:
    """A report at a glance: its answer, a few rows, what was left out, and how to get the rest.

    Args:
        report: has `title`, `question`, `answer`, `summary` (a small frame), `picture` (HTML), `notes`, `asked`
            (pairs of text), `shown` (its rows), and `layout` (`name`, `is_told_by_picture`).
    """
    asked = " · ".join(_isolated(which) for _, which in report.asked)
    picture = report.picture
    numeric = {name for name, dtype in report.summary.schema.items() if dtype.is_numeric()}
    align = {name: "right" if name in numeric else "left" for name in report.summary.columns}
    head = "".join(
        f'<th style="{_CELL};text-align:{align[name]}">{escape(name)}</th>' for name in report.summary.columns
    )
    body = "".join(
        f'<tr style="{_ROW}">'
        + "".join(f'<td style="{_CELL};text-align:{align[name]}">{_value(row[name])}</td>' for name in row)
        + "</tr>"
        for row in report.summary.iter_rows(named=True)
    )
    table = (
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;margin:6px 0;font-size:90%">'
        f'<thead><tr style="{_ROW}">{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )
    notes = "".join(f'<div style="{_MUTED}">{escape(str(note))}</div>' for note in report.notes)
    if picture and report.layout.is_told_by_picture:
        body = ""
    name = escape(report.layout.name)
    return (
        f"<div><b>{escape(report.title)}</b> <span style='{_MUTED}'>{asked or 'the whole district'}</span>"
        f"<div>{_isolated(report.answer)}</div>{picture}{table if body else ''}{notes}"
        f"<div style='{_MUTED}'>{_rows(report.shown.height)}: <code>.frame</code>. To send around: "
        f'<code>.page("{name}.html")</code>, <code>.save("{name}.xlsx")</code></div></div>'
    )


_LISTED = 25


def frame_html(frame: Any) -> str:
    """The first rows of a frame as a plain table under the names of its columns, and how many there are.

    Args:
        frame: a polars frame.
    """
    align = ["right" if dtype.is_numeric() else "left" for dtype in frame.dtypes]
    plain = [name == "year" or name.endswith("_id") for name in frame.columns]
    head = "".join(
        f'<th style="{_CELL};text-align:{side}">{escape(name)}</th>'
        for name, side in zip(frame.columns, align, strict=True)
    )
    body = "".join(
        f'<tr style="{_ROW}">'
        + "".join(
            f'<td style="{_CELL};text-align:{side};vertical-align:top">'
            f"{escape(str(value)) if is_plain and value is not None else _value(value)}</td>"
            for value, side, is_plain in zip(row, align, plain, strict=True)
        )
        + "</tr>"
        for row in frame.head(_LISTED).iter_rows()
    )
    rows = _rows(frame.height)
    told = f"The first {_LISTED} of {rows}" if frame.height > _LISTED else rows
    return (
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;margin:6px 0;font-size:90%">'
        f'<thead><tr style="{_ROW}">{head}</tr></thead><tbody>{body}</tbody></table></div>'
        f"<div style='{_MUTED}'>{told}</div>"
    )


def questions_html(prefix: str, questions: Mapping[str, str]) -> str:
    """What can be asked: a line for each method and the question that it answers."""
    cell = f"{_CELL};text-align:left"
    lines = "".join(
        f'<tr style="{_ROW}"><td style="{cell}"><code>{escape(prefix)}.{escape(name)}(…)</code></td>'
        f'<td style="{cell}">{escape(question)}</td></tr>'
        for name, question in questions.items()
    )
    return f'<table style="border-collapse:collapse;margin:6px 0;font-size:90%"><tbody>{lines}</tbody></table>'


def report_text(report: Any, how: str = ".frame has them, .page(path) and .save(path) write them") -> str:
    """The same for a terminal.

    Args:
        report: as of :func:`report_html`.
        how: how to get the rows.
    """
    asked = " · ".join(str(which) for _, which in report.asked) or "the whole district"
    lines = [f"{report.title}: {asked}", report.answer]
    if not report.summary.is_empty():
        texts = [report.summary.columns, *([_said(one) for one in row] for row in report.summary.rows())]
        widths = [max(len(line[place]) for line in texts) for place in range(len(texts[0]))]
        is_number = [dtype.is_numeric() for dtype in report.summary.dtypes]
        for line in texts:
            cells = (
                cell.rjust(width) if right else cell.ljust(width)
                for cell, width, right in zip(line, widths, is_number, strict=True)
            )
            lines.append("  " + "  ".join(cells).rstrip())
    lines += list(report.notes)
    lines = [cleaned(line) for line in lines]
    return "\n".join([*lines, f"{_rows(report.shown.height)}: {how}"])


def _value(value: Any) -> str:
    """A cell of a small table, as HTML."""
    return escape(_said(value))


def _said(value: Any) -> str:
    """A cell of a small table: numbers with separators, nothing for null."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)


_RULES_SHOWN = 12


def why_html(why: Any, use: str, labels: Mapping[str, str] | None = None) -> str:
    """An answer at a glance: its sentences, the way from the catalog down, what uses it, and pushes that wrote it.

    Args:
        why: has `title`, `answer`, `note`, `steps` (a frame: level, stands, link, verdict, reason, rule_section,
            why, what_to_do) and `pushes` (level, push_id, title, applied_at, verdict, undone_by).
        use: a sentence of what uses it, which hides small counts of students; empty for nothing.
        labels: what to call verdicts.
    """
    words: Mapping[str, str] = labels or {}
    cell = f"{_CELL};text-align:left;vertical-align:top"
    body = ""
    for row in why.steps.iter_rows(named=True):
        told = " / ".join(
            words.get(row[name], str(row[name]).replace("_", " ")) for name in ("verdict", "reason") if row[name]
        )
        said = [_isolated(row["why"]), f"<span style='{_MUTED}'>{_isolated(row['what_to_do'])}</span>"]
        link = f"<div style='{_MUTED}'>link: {escape(row['link'])}</div>" if row["link"] else ""
        section = row["rule_section"]
        rule = f"<div style='{_MUTED}'>rule {escape(section)}</div>" if section else ""
        body += (
            f'<tr style="{_ROW}"><td style="{cell}">{escape(row["level"].capitalize())}</td>'
            f'<td style="{cell}">{_isolated(row["stands"] or "–")}{link}</td>'
            f'<td style="{cell}">{escape(told)}{rule}</td><td style="{cell}">{"<br>".join(said)}</td></tr>'
        )
    heads = "".join(
        f'<th style="{cell}">{one}</th>' for one in ("Level", "What stands there", "What a push does", "Why")
    )
    pushes = [
        f"{escape(row['level'])}: push {row['push_id']} ({_isolated(row['title'])}, {row['applied_at']:%Y-%m-%d}) "
        f"{escape(row['verdict'])}"
        + (f", taken back by push {row['undone_by']}" if row["undone_by"] is not None else "")
        for row in why.pushes.head(_PUSHES_SHOWN).iter_rows(named=True)
    ]
    more = why.pushes.height - len(pushes)
    pushes += [f"{more:,} more in <code>.pushes</code>"] if more > 0 else []
    wrote = f"<div>Pushes that wrote it: {'; '.join(pushes)}.</div>" if pushes else ""
    used = f"<div>{escape(use)}</div>" if use else ""
    decided = why.steps["rule_section"].drop_nulls()
    if len(decided):
        section = escape(decided[-1].split(",")[0])
        wrote += f"<div style='{_MUTED}'>The rules in full: <code>cp.rules(\"{section}\")</code></div>"
    note = f'<div style="{_WARNING}">{escape(why.note)}</div>' if why.note else ""
    return (
        f"<div><b>Why? {_isolated(why.title)}</b><div>{_isolated(why.answer)}</div>{note}"
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;margin:6px 0;font-size:90%">'
        f'<thead><tr style="{_ROW}">{heads}</tr></thead><tbody>{body}</tbody></table></div>{used}{wrote}</div>'
    )


def _isolated(text: Any) -> str:
    """Text with the district's names in it, escaped, and kept from turning its surroundings' direction around."""
    return f"<bdi>{escape(str(text))}</bdi>"


_PUSHES_SHOWN = 5


def what_if_html(title: str, edits: Iterable[tuple[str, str]]) -> str:
    """A scenario at a glance: its edits in order, and what came of each.

    Args:
        edits: what each does, and how many rows it changed or why it was missed, as text.
    """
    rows = "".join(
        f"<tr style='{_ROW}'><td style='{_CELL};text-align:right'>{number}</td>"
        f"<td style='{_CELL};text-align:left'>{_isolated(what)}</td>"
        f"<td style='{_CELL};text-align:left'>{_isolated(said)}</td></tr>"
        for number, (what, said) in enumerate(edits, 1)
    )
    table = (
        f"<table style='border-collapse:collapse;margin:6px 0'>{rows}</table>"
        if rows
        else "<div>No edits yet.</div>"
    )
    return (
        f"<div><b>What if: {_isolated(title)}</b>{table}<div>Plan on it as on the district: "
        "<code>w.plan_master_push(...)</code>. <b>Nothing of it is written to the district.</b></div></div>"
    )
