"""The push panel: choose, preview, run, report, undo, compare; every click is a public function's call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, get_args

import ipywidgets as W

from coursepush.widgets.look import (
    box,
    button,
    buttons,
    code,
    drawn,
    heading,
    on_change,
    on_click,
    show,
)
from coursepush.widgets.panel import Panel
from coursepush.widgets.push.choices import TOOLS, Offer, Tool, chosen_at_first
from coursepush.widgets.push.compare import CompareView
from coursepush.widgets.push.form import Form
from coursepush.widgets.push.grades_view import GradesView
from coursepush.widgets.push.preview import PreviewView, headline
from coursepush.widgets.push.previewed import Preview
from coursepush.widgets.push.run import ReceiptView, RunView
from coursepush.widgets.push.state import PushState, Where
from coursepush.widgets.push.status import StatusView
from coursepush.widgets.push.together import Together
from coursepush.widgets.push.twin import twin_of

if TYPE_CHECKING:
    from coursepush.apply.apply import Receipt
    from coursepush.district import District
    from coursepush.plan.plan import Plan
    from coursepush.queue.states import Job


_CHANGED = "The choices above have changed since {}. {}"


def plan_panel(
    district: District,
    make_plan: Callable[[], Plan],
    code: str,
    *,
    submitted: Callable[[Job], object] | None = None,
) -> PushPanel:
    """The panel with the preview of one plan, without the form: Run Now, Get the report, Undo.

    Args:
        make_plan: makes the plan, beside the notebook.
        code: the same as Python, which binds ``plan``.
        submitted: called with a job that is submitted here, by who shows the queue already; it is not shown then.
    """
    panel = PushPanel(district, "masters", None, {}, submitted)
    show(panel.form, False)
    show(panel.awaiting_button, False)
    panel.state.look_at(make_plan, code)
    return panel


class PushPanel(Panel):
    """The two push tools of the information system, with a preview, an undo and a comparison.

    Work runs beside the notebook: the kernel stays free. In a script, :meth:`wait` waits for it. What a click does
    is also a method: :meth:`preview`, :meth:`run`, :meth:`undo`, :meth:`stop`.

    Attributes:
        state: what the panel is at, in plain Python.
        form: the choices; ``form.mode.value = "overwrite"`` is what a click does.
    """

    _is_made = False

    def __init__(
        self,
        district: District,
        tool: Tool,
        today: dt.date | None,
        given: dict[str, Any],
        submitted: Callable[[Job], object] | None = None,
    ) -> None:
        offer = Offer.of(district)
        self.state = PushState(district, chosen_at_first(offer, tool, today, given), self._show)
        self.title = W.HTML()
        self.form = Form(offer, self.state.choices, self._show)
        self.preview_button = button(
            "Preview", icon="eye", style="primary", tooltip="What this push would do; writes nothing"
        )
        self.awaiting_button = button(
            "What is awaiting a push?", icon="hourglass-half", tooltip="The awaiting-push report"
        )
        self.code_button = W.ToggleButton(description="Show as code", icon="code", layout=W.Layout(width="auto"))
        self.code = W.HTML()
        self._statuses = {where: StatusView(self.state, where) for where in get_args(Where)}
        self.awaiting_outdated = W.HTML(box("caution", _CHANGED.format("this report", "Ask again.")))
        self.preview_title = W.HTML()
        self.outdated = W.HTML(
            box("caution", _CHANGED.format("this preview", "Preview again to see and run them."), is_news=True)
        )
        self._preview_holder = W.VBox()
        self.run_view = RunView(self.state)
        self.receipt_view = ReceiptView(self.state)
        self.compare_view = CompareView(self.state)
        self.together = Together(self.state, headline, submitted)
        self.awaiting = W.HTML()
        self._preview: Preview | None = None
        on_click(self.preview_button, self.state.look)
        on_click(self.awaiting_button, self.state.look_at_awaiting)
        on_change(self.code_button, "value", lambda _: self._show())
        super().__init__(
            [
                self.title,
                self.form,
                buttons(self.preview_button, self.awaiting_button, self.code_button),
                self.code,
                self._statuses["form"],
                self.awaiting_outdated,
                self.awaiting,
                self.outdated,
                self.preview_title,
                self._statuses["grades"],
                self._preview_holder,
                self.run_view,
                self._statuses["run"],
                self.together.approvals,
                self._statuses["agree"],
                self.together.batch,
                self._statuses["batch"],
                self.receipt_view,
                self.compare_view,
                *self.together.queue,
            ]
        )
        self._is_made = True
        self._show()

    # -- for scripts ---------------------------------------------------------------------------------

    def preview(self) -> None:
        """Click Preview."""
        self.preview_button.click()

    def run(self) -> None:
        """Click Run Now and confirm."""
        self.run_view.run_now.click()
        self.run_view.confirm.click()

    def undo(self) -> None:
        """Click Undo: a preview of taking the last push back, which :meth:`run` runs."""
        self.receipt_view.undo.click()

    def stop(self) -> None:
        """Click Stop."""
        self.status.stop.click()

    def wait(self, timeout: float = 600) -> None:
        """Wait until what is under way is done and shown.

        Raises:
            TimeoutError: it takes longer than `timeout` seconds.
        """
        self.state.work.wait(timeout)
        self.together.wait(timeout)

    def close(self) -> None:
        """Take it off the page. A worker that was started in it ends."""
        if self._is_made:  # one whose choices were refused is closed too, when it is let go of
            self.together.close()
        super().close()

    @property
    def status(self) -> StatusView:
        """Progress, Stop and the last message, where they are shown now."""
        return self._statuses[self.state.where]

    @property
    def plan(self) -> Plan | None:
        """The plan that is previewed: the same that the code gives."""
        return None if self.state.preview is None else self.state.preview.plan

    @property
    def receipt(self) -> Receipt | None:
        """Of the last push run from this panel."""
        return self.state.receipts[-1] if self.state.receipts else None

    @property
    def preview_view(self) -> PreviewView | None:
        """The lists of the preview."""
        return self._preview_holder.children[0] if self._preview_holder.children else None

    @property
    def is_busy(self) -> bool:
        return bool(self.state.doing)

    def twin(self) -> str:
        """The preview, its grades and its report, what the last push wrote, or what is chosen."""
        return twin_of(self.state, self._heading())

    def _heading(self) -> str:
        """The tool; of a plan that was made elsewhere, what it is."""
        state = self.state
        if not state.is_given:
            return TOOLS[state.choices.tool]
        return state.preview.plan.title if state.preview is not None else "Preview"

    # -- showing the state ---------------------------------------------------------------------------

    def _show(self) -> None:
        if not self._is_made:
            return
        state = self.state
        state.turn()
        is_busy = bool(state.doing)
        self.title.value = heading(self._heading(), 2)
        self.preview_button.disabled = self.awaiting_button.disabled = is_busy
        for status in self._statuses.values():
            status.show()
        show(self.code, self.code_button.value)
        self.code.value = code(state.code())
        show(self.awaiting, state.awaiting is not None)
        if state.awaiting is not None:
            self.awaiting.value = drawn(state.awaiting)
        self._show_outdated()
        self._show_preview()
        self.run_view.show()
        self.receipt_view.show()
        self.compare_view.show()
        self.together.show()

    def _show_outdated(self) -> None:
        """What other choices gave is dimmed, and that it is theirs is said on top of it."""
        state = self.state
        for is_old, words, parts in (
            (state.is_awaiting_outdated, self.awaiting_outdated, (self.awaiting,)),
            (state.is_outdated, self.outdated, (self.preview_title, self._preview_holder)),
        ):
            show(words, is_old)
            for part in parts:
                part.add_class("cpp-old") if is_old else part.remove_class("cpp-old")

    def _show_preview(self) -> None:
        preview = self.state.preview
        if preview is self._preview:
            if self.preview_view is not None:
                self.preview_view.grades.show()
            return
        self._preview = preview
        show(self.preview_title, preview is not None)
        if preview is None:
            self._preview_holder.children = ()
            return
        title = f"Preview: {preview.plan.title}"
        self.preview_title.value = heading(title) + box(
            "note", f"{headline(preview)} Nothing is written yet.", is_news=True
        )
        self._preview_holder.children = (
            PreviewView(
                self.state.district,
                preview,
                lambda: bool(self.state.doing),
                GradesView(self.state, preview),
                self.state.remembered,
            ),
        )
        if preview.plan.unknown_use_rows:
            self.form.offer_unknown_use()
