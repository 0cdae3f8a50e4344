"""What a saved notebook shows of the push panel: what is chosen, the preview, its reports and the last push."""

from __future__ import annotations

from coursepush.html.notebook import text_table
from coursepush.widgets.look import box, code, drawn, heading, muted
from coursepush.widgets.push.compare import name_of, side_by_side
from coursepush.widgets.push.preview import headline
from coursepush.widgets.push.previewed import Preview
from coursepush.widgets.push.state import MOST_KEPT, PushState


def twin_of(state: PushState, title: str) -> str:
    """The panel at a glance, without a script, a folder's name or a student."""
    parts = [heading(title, 2)]
    preview = state.preview
    if not state.is_given:
        parts.append(text_table(("Choice", "What is chosen"), state.choices.words()))
    if state.awaiting is not None and not state.is_awaiting_outdated:
        parts.append(drawn(state.awaiting))
    if preview is not None:
        parts += _of_preview(state, preview)
    if state.receipts:
        parts.append(drawn(state.receipts[-1]))
    if state.report is not None:
        parts.append(drawn(state.report))
    if preview is None and not state.receipts:
        parts.append(muted("Nothing is previewed."))
    if state.kept:
        parts.append(heading("Compare"))
        parts += [box("note", name_of(one)) for one in state.kept]
    if len(state.kept) == MOST_KEPT:
        parts.append(side_by_side(*state.kept))
    if state.comparison is not None:
        parts.append(drawn(state.comparison))
    return "".join(parts)


def _of_preview(state: PushState, preview: Preview) -> list[str]:
    parts = [heading(f"Preview: {preview.plan.title}")]
    if state.is_outdated:
        parts.append(box("caution", "The choices had changed since this preview."))
    grades = state.grades_of(preview)
    parts += [box("note", headline(preview)), code(preview.code)]
    parts += [box("note", grades.headline)] if grades is not None else []
    return [*parts, preview.drawn, preview.picture]
