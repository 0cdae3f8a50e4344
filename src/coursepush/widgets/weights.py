"""A slider for each category of a section: what its grades would be with other weights, while they move."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import ipywidgets as W

from coursepush.errors import CoursepushError
from coursepush.forecast.forecast import Forecast
from coursepush.forecast.tried import try_weights, weights_of
from coursepush.widgets.calls import call_text
from coursepush.widgets.look import box, button, heading, muted, on_change, on_click
from coursepush.widgets.panel import Panel
from coursepush.widgets.slider import Slider

if TYPE_CHECKING:
    from coursepush.district import District

_MOST = 100


class WeightsPanel(Panel):
    """Weights tried in one section. `tried` is the forecast of what the sliders say, with exact rows."""

    def __init__(self, district: District, section: int) -> None:
        self._district = district
        self.section = section
        self.tried: Forecast | None = None
        self._stand = {one.name: one.weight for one in weights_of(district.store, section) if one.counts}
        self.sliders = {
            name: Slider(label=name, value=float(weight), max=max(_MOST, float(weight)))
            for name, weight in self._stand.items()
        }
        self.total = W.HTML()
        self.answer = W.HTML()
        self.code = W.HTML()
        self.back = button("As they stand", tooltip="Move every slider back")
        for slider in self.sliders.values():
            on_change(slider, "value", lambda _: self._try())
        on_click(self.back, self._back)
        self._is_going_back = False
        lead = muted("Nothing is written. What is shown counts no students; .tried.rows() has each grade.")
        head = heading(f"Other weights in section {section}", 2)
        super().__init__(
            [W.HTML(head + lead), *self.sliders.values(), self.total, self.back, self.answer, self.code]
        )
        self._try()

    @property
    def weights(self) -> dict[str, Decimal]:
        """What the sliders say, of those that were moved."""
        said = {name: Decimal(str(slider.value)) for name, slider in self.sliders.items()}
        return {name: weight for name, weight in said.items() if weight != self._stand[name]}

    def twin(self) -> str:
        told = self.tried.headline if self.tried is not None else ""
        return f"{heading(f'Other weights in section {self.section}', 2)}{muted(self._call)}{box('note', told)}"

    @property
    def _call(self) -> str:
        weights = {name: float(weight) for name, weight in self.weights.items()}
        return call_text("district.try_weights", [], {"section": self.section, "weights": weights})

    def _back(self) -> None:
        self._is_going_back = True
        for name, slider in self.sliders.items():
            slider.value = float(self._stand[name])
        self._is_going_back = False
        self._try()

    def _try(self) -> None:
        if self._is_going_back:
            return
        total = sum(slider.value for slider in self.sliders.values())
        self.total.value = muted(f"They weigh {total:g} in all.")
        try:
            self.tried = try_weights(self._district.store, section=self.section, weights=self.weights)
        except CoursepushError as error:
            self.tried = None
            self.answer.value = box("error", str(error))
            return
        self.answer.value = box("note", self.tried.headline)
        self.code.value = muted(self._call)
