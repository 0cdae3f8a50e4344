"""Run Now and what follows: the confirming click, the receipt, the report, and the way back."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import ipywidgets as W
import polars as pl

from coursepush.errors import counted
from coursepush.html.notebook import text_table
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.plan.fates import WRITTEN_FATES, fates_sentence
from coursepush.plan.requests.registry import fate_labels, fate_words
from coursepush.widgets.look import LEVELS, box, button, buttons, drawn, heading, on_click, show
from coursepush.widgets.push.page import page_taken, save_page
from coursepush.widgets.push.previewed import Preview
from coursepush.widgets.push.state import PushState
from coursepush.widgets.takeaway import Item, Takeaway

if TYPE_CHECKING:
    from coursepush.apply.apply import Receipt


_DOWNLOAD = Item("page", "Download the page", "download", "The whole preview as a page, on your own computer")


class RunView(W.VBox):
    """Under a preview: Run Now, which names the digest and the counts and wants a second click."""

    def __init__(self, state: PushState) -> None:
        self._state = state
        self.run_now = button("Run Now", icon="play", tooltip="Write this push; asks once more before it does")
        self.keep = button("Keep to compare", icon="columns", tooltip="Compare another preview with this one")
        self.download = Takeaway((_DOWNLOAD,), lambda _: page_taken(state), "This preview as a page")
        self.page = button("Save the page", icon="file-text-o", tooltip="Save it in the notebook's folder")
        self.page_name = W.Text(
            value="preview.html",
            description="as",
            layout=W.Layout(width="18em"),
            style={"description_width": "auto"},
            tooltip="The file that the page is saved as",
        )
        self.hindered = W.HTML(
            box(
                "caution",
                "Not all of this push can be taken back: see “Cannot go back”. To take back the rest, click “Undo "
                "what can be undone” below.",
            )
        )
        self.question = W.HTML()
        self.confirm = button("Yes, run this push", style="danger")
        self.not_now = button("No, not now")
        self._asking = W.VBox([self.question, buttons(self.confirm, self.not_now)])
        on_click(self.run_now, state.ask)
        on_click(self.confirm, state.run)
        on_click(self.not_now, lambda: state.ask(False))
        on_click(self.keep, state.keep)
        on_click(self.page, lambda: save_page(state, self.page_name.value))
        row = buttons(self.run_now, self.keep, self.download, self.page, self.page_name)
        super().__init__([self.hindered, row, self._asking])

    def show(self) -> None:
        """Show the state as it is."""
        state = self._state
        preview = state.preview
        show(self, preview is not None)
        if preview is None:
            return
        is_busy = bool(state.doing)
        self.run_now.disabled = is_busy or state.is_asked or not state.can_be_run
        show(self.hindered, state.is_hindered)
        self.run_now.description = "Run Now" if not preview.is_undo else "Run the undo now"
        self.confirm.description = "Yes, run this push" if not preview.is_undo else "Yes, take it back"
        self.keep.disabled = is_busy or preview in state.kept or preview.is_undo
        self.page.disabled = self.download.disabled = is_busy
        self.confirm.disabled = self.not_now.disabled = is_busy
        is_asking = state.is_asked and state.can_be_run
        show(self._asking, is_asking)
        if is_asking:
            self.question.value = _question(preview)


def _question(preview: Preview) -> str:
    """What the confirming click would do: the title, the digest and the counts."""
    written = {str(fate): preview.totals[fate] for fate in WRITTEN_FATES}
    counts = fates_sentence(written, fate_words(preview.plan.request.kind))
    return (
        "<div class='cpp-box cpp-confirm cpp-news' role='alertdialog' aria-label='Confirm the push'>"
        f"<b>{escape(preview.plan.title)}</b><br>"
        f"Digest <code>{preview.digest[:8]}</code>: {counted(preview.plan.writes, 'row')} will be written "
        f"({escape(counts)}).<br>It changes the district's file here, not the information system, and can "
        "be undone. Run it?</div>"
    )


class ReceiptView(W.VBox):
    """After a push: its receipt, Get the report, Undo."""

    def __init__(self, state: PushState) -> None:
        self._state = state
        self.receipt = W.HTML()
        self.get_report = button("Get the report", icon="list-alt", tooltip="What was written, what could not be")
        self.undo = button("Undo", icon="undo", tooltip="Preview taking this push back")
        self.undo_rest = button(
            "Undo what can be undone", tooltip="Leave alone what has changed or is used since, take back the rest"
        )
        self.report = W.HTML()
        on_click(self.get_report, state.get_report)
        on_click(self.undo, state.undo)
        on_click(self.undo_rest, lambda: state.undo(partial=True))
        super().__init__([self.receipt, buttons(self.get_report, self.undo, self.undo_rest), self.report])

    def show(self) -> None:
        """Show the state as it is."""
        state = self._state
        show(self, bool(state.receipts))
        if not state.receipts:
            return
        receipt = state.receipts[-1]
        self.receipt.value = _receipt(receipt)
        self.get_report.disabled = self.undo.disabled = self.undo_rest.disabled = bool(state.doing)
        show(self.undo_rest, state.is_hindered)
        show(self.report, state.report is not None)
        if state.report is not None:
            self.report.value = drawn(state.report)


def _receipt(receipt: Receipt) -> str:
    """What was written, when and by whom, in words and by data type."""
    labels = fate_labels(receipt.kind)
    by = f" by {receipt.applied_by}" if receipt.applied_by else ""
    done = (
        f"Done. Push {receipt.push_id}, {receipt.title}: {counted(receipt.rows, 'row')} written on "
        f"{receipt.applied_at:%Y-%m-%d %H:%M} UTC{by}. Digest {receipt.digest[:8]}."
    )
    counts = receipt.fates.group_by("hop", "element", "fate", maintain_order=True).agg(pl.col("rows").sum())
    table = [
        (LEVELS[hop], ELEMENT_LABELS[element], labels[fate], f"{rows:,}")
        for hop, element, fate, rows in counts.rows()
    ]
    heads = ("On", "Data", "What happened", "Rows")
    return heading("The push") + box("done", done) + (text_table(heads, table, numbers=1) if table else "")
