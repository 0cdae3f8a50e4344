"""A slider with its number beside it: native fields of the browser, for mouse, keyboard and screen reader."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets


class Slider(anywidget.AnyWidget):
    """A number that is moved with a slider or typed; `value` is another once the move is over.

    The slider of ipywidgets has no name for those who do not see it.
    """

    _esm = """
    let count = 0;

    export default {
      render({ model, el }) {
        const id = `coursepush-slider-${Date.now()}-${count++}`;
        const make = (tag, given) => Object.assign(document.createElement(tag), given);
        const label = make("label", { htmlFor: id, className: "coursepush-slider-label" });
        const range = make("input", { type: "range", id });
        const number = make("input", { type: "number", className: "coursepush-slider-number" });
        el.classList.add("coursepush-slider");
        el.append(label, range, number);

        const show = () => {
          label.textContent = model.get("label");
          label.title = model.get("label");
          number.setAttribute("aria-label", `${model.get("label")}, as a number`);
          for (const one of [range, number]) {
            one.min = model.get("min");
            one.step = model.get("step");
            one.disabled = model.get("disabled");
          }
          range.max = model.get("max");
          range.value = number.value = model.get("value");
        };
        const take = (one) => {
          const value = one.valueAsNumber;
          if (Number.isFinite(value) && value >= model.get("min")) {
            model.set("value", value);
            model.save_changes();
          }
          show();
        };
        range.addEventListener("input", () => { number.value = range.value; });
        range.addEventListener("change", () => take(range));
        number.addEventListener("change", () => take(number));
        number.addEventListener("keydown", ({ key }) => { if (key === "Enter") take(number); });
        for (const name of ["value", "min", "max", "step", "label", "disabled"]) {
          model.on(`change:${name}`, show);
        }
        show();
      },
    };
    """
    _css = """
    .coursepush-slider {
      display: flex; flex-flow: row wrap; align-items: center; gap: 2px 10px; max-width: 48em;
      color: var(--jp-ui-font-color1, inherit); font-size: var(--jp-widgets-font-size, 13px);
    }
    .coursepush-slider-label {
      flex: 0 1 14em; min-width: 8em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
    }
    .coursepush-slider input[type="range"] { flex: 1 1 12em; min-width: 8em; accent-color: #1976d2; }
    .coursepush-slider-number {
      flex: 0 0 auto; width: 5.5em; box-sizing: border-box; text-align: right;
      color: inherit; background: transparent; font: inherit;
      border: 1px solid var(--jp-border-color1, #767676); padding: 3px 4px; border-radius: 2px;
    }
    """

    label: Any = traitlets.Unicode("").tag(sync=True)
    value: Any = traitlets.Float(0.0).tag(sync=True)
    min: Any = traitlets.Float(0.0).tag(sync=True)
    max: Any = traitlets.Float(100.0).tag(sync=True)
    step: Any = traitlets.Float(1.0).tag(sync=True)
    disabled: Any = traitlets.Bool(False).tag(sync=True)
