"""The reports panel: choose, show, ask why, relink, push on, save; every click is a public function's call."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import ipywidgets as W

from coursepush.errors import CoursepushError
from coursepush.widgets.look import box, button, buttons, code, drawn, heading, muted, on_change, on_click, show
from coursepush.widgets.panel import Panel
from coursepush.widgets.push.panel import PushPanel, plan_panel
from coursepush.widgets.reports.choices import Offer, chosen_at_first
from coursepush.widgets.reports.form import Form
from coursepush.widgets.reports.result import ResultView, said_beside
from coursepush.widgets.reports.state import Opened, ReportsState

if TYPE_CHECKING:
    from coursepush.district import District
    from coursepush.reports.report import Report

_DOING = {
    "report": "Making the report",
    "why": "Finding out why",
    "save": "Saving the report",
}


class ReportsPanel(Panel):
    """The reports of the information system: filters, counts, rows, why, relink, and files.

    Work runs beside the notebook: the kernel stays free. In a script, :meth:`wait` waits for it.

    Attributes:
        state: what the panel is at, in plain Python.
        form: the choices; ``form.report.value = "residual"`` is what a click does.
        push_panel: the push that is opened below the report; None for none.
    """

    def __init__(self, district: District, report: str | None, filters: dict[str, Any]) -> None:
        self._district = district
        offer = Offer.of(district)
        choices = chosen_at_first(offer, report, filters, dt.date.today())
        self.state = ReportsState(district, offer, choices, self._show, self._is_pushing)
        self._is_made = False
        self.form = Form(self.state)
        self.show_button = button(
            "Show the report", icon="list-alt", style="primary", tooltip="Reads, never writes"
        )
        self.code_button = W.ToggleButton(description="Show as code", icon="code", layout=W.Layout(width="auto"))
        self.code = W.HTML()
        self.progress = W.HTML()
        self.stop_button = button("Stop", icon="stop", tooltip="Stop what is under way")
        self._under_way = buttons(self.stop_button, self.progress)
        self.message = W.HTML()
        self.outdated = W.HTML(
            box("caution", "The filters have changed since this report was made. Show it again.")
        )
        self._result_holder = W.VBox()
        self._push_holder = W.VBox()
        self.push_panel: PushPanel | None = None
        self.close_button = button("Close this push", icon="times", tooltip="Back to the report alone")
        self._opened: Opened | None = None
        on_click(self.show_button, self.state.look)
        on_click(self.stop_button, self.state.stop)
        on_click(self.close_button, self.state.close)
        on_change(self.code_button, "value", lambda _: self._show())
        super().__init__(
            [
                W.HTML(heading("Reports", 2)),
                self.form,
                buttons(self.show_button, self.code_button),
                self.code,
                self._under_way,
                self.message,
                self.outdated,
                self._result_holder,
                self._push_holder,
            ]
        )
        self._is_made = True
        self._show()

    # -- for scripts ---------------------------------------------------------------------------------

    def show(self) -> None:
        """Click Show the report."""
        self.show_button.click()

    def stop(self) -> None:
        """Click Stop."""
        self.stop_button.click()

    def wait(self, timeout: float = 600) -> None:
        """Wait until what is under way is done and shown, in the push below as well.

        Raises:
            TimeoutError: it takes longer than `timeout` seconds.
        """
        self.state.work.wait(timeout)
        if self.push_panel is not None:
            self.push_panel.wait(timeout)

    @property
    def report(self) -> Report | None:
        """The report that is shown: the same that the code gives."""
        return None if self.state.shown is None else self.state.shown.report

    @property
    def result(self) -> ResultView | None:
        """The view of the report that is shown."""
        return self._result_holder.children[0] if self._result_holder.children else None

    @property
    def is_busy(self) -> bool:
        return bool(self.state.doing) or self._is_pushing()

    def twin(self) -> str:
        """The report that is shown, and the push that is opened below it."""
        shown = self.state.shown
        made = [heading("Reports", 2)]
        if shown is None:
            made.append(muted("No report is made."))
        else:
            old = "The filters had changed since this report was made."
            made += [box("caution", old)] if self.state.is_outdated else []
            made += [code(shown.code), drawn(shown.report)]
        return "".join(made) + (self.push_panel.twin() if self.push_panel is not None else "")

    # -- showing the state ---------------------------------------------------------------------------

    def _is_pushing(self) -> bool:
        return self.push_panel is not None and bool(self.push_panel.state.doing)

    def _show(self) -> None:
        if not self._is_made:
            return
        state = self.state
        is_busy = bool(state.doing)
        self.form.show()
        self.show_button.disabled = is_busy
        self.form.report.disabled = is_busy
        show(self._under_way, is_busy)
        self.progress.value = self._progress()
        self.message.value = said_beside(state, "report")
        show(self.message, bool(self.message.value))
        show(self.code, self.code_button.value)
        self.code.value = code(state.code())
        show(self.outdated, state.is_outdated)
        old = "cpp-old"
        self._result_holder.add_class(old) if state.is_outdated else self._result_holder.remove_class(old)
        self._show_result()
        self._show_push()

    def _show_result(self) -> None:
        shown, view = self.state.shown, self.result
        if shown is None:
            self._result_holder.children = ()
        elif view is None or view.shown is not shown:
            self._result_holder.children = (ResultView(self.state, shown),)
        if self.result is not None:
            self.result.show()

    def _show_push(self) -> None:
        opened = self.state.opened
        if opened is self._opened:
            return
        self._opened = opened
        self.push_panel = None
        self._push_holder.children = ()
        if opened is None:
            return
        try:
            if opened.make is not None:
                self.push_panel = plan_panel(self._district, opened.make, opened.code)
            else:
                self.push_panel = self._district.panel(**opened.choices)
        except CoursepushError as error:
            self._push_holder.children = (W.HTML(box("error", str(error))), self.close_button)
            return
        title = W.HTML(heading(opened.title))
        self._push_holder.children = (title, buttons(self.close_button), self.push_panel)

    def _progress(self) -> str:
        state = self.state
        if not state.doing:
            return ""
        words = f"{_DOING.get(state.doing, '')} …"
        if state.progress is not None:
            words += f" {state.progress.words}"
        return f"<span role='status'>{muted(words)}</span>"
