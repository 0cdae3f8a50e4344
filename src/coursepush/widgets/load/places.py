"""A folder or zip on the computer that the notebook runs on: typed, or found by going from folder to folder."""

from __future__ import annotations

from pathlib import Path

import ipywidgets as W

from coursepush.widgets.look import button, buttons, muted, on_change, on_click, show

_MOST = 300
_LABEL = {"description_width": "12em"}


class Places(W.VBox):
    """The path, and beside it what there is. `path.value` is what is chosen."""

    def __init__(self, path: str) -> None:
        layout = W.Layout(width="48em", max_width="100%")
        self.path = W.Text(
            value=path,
            description="Or a folder or zip",
            placeholder="on the computer that this notebook runs on",
            continuous_update=False,
            layout=layout,
            style=_LABEL,
        )
        self.browse = W.ToggleButton(description="Browse", icon="folder-open-o", layout={"width": "auto"})
        self.list = W.Select(description="In the folder", rows=8, layout=layout, style=_LABEL)
        self.into = button("Go into it", icon="level-down", tooltip="List what is in the folder that is marked")
        self.choose = button("Choose", icon="check", tooltip="Take the folder or zip that is marked")
        self.told = W.HTML()
        self._folder = Path.cwd()
        self._open = W.VBox([self.list, buttons(self.into, self.choose, self.told)])
        on_change(self.browse, "value", self._browse)
        on_click(self.into, self._go)
        on_click(self.choose, self._choose)
        show(self._open, False)
        super().__init__([self.path, buttons(self.browse), self._open])

    def _browse(self, is_open: bool) -> None:
        show(self._open, is_open)
        if is_open:
            given = Path(self.path.value.strip()).expanduser() if self.path.value.strip() else None
            self._list(given if given is not None and given.is_dir() else Path.cwd())

    def _go(self) -> None:
        if self.list.value is not None and Path(self.list.value).is_dir():
            self._list(Path(self.list.value))

    def _choose(self) -> None:
        if self.list.value is not None:
            self.path.value = self.list.value
            self.browse.value = False

    def _list(self, folder: Path) -> None:
        """Its folders and zips; what may not be looked at is said."""
        try:
            inside = sorted(
                (one for one in folder.iterdir() if not one.name.startswith(".")), key=lambda one: one.name.lower()
            )
            folders = [one for one in inside if one.is_dir()]
            zips = [one for one in inside if one.suffix.lower() == ".zip" and one.is_file()]
        except OSError as error:
            self.told.value = muted(f"{folder.name} cannot be looked at: {error.strerror or error}.")
            return
        self._folder = folder.resolve()
        listed = [(f"{one.name}/", str(one)) for one in folders] + [(one.name, str(one)) for one in zips]
        here = [
            (f"This folder, {self._folder.name or '/'}", str(self._folder)),
            ("One up, ..", str(self._folder.parent)),
        ]
        self.list.options = [*here, *listed[:_MOST]]
        self.list.value = str(self._folder)
        more = f" The first {_MOST} are listed; type the path of another." if len(listed) > _MOST else ""
        self.told.value = muted(f"{len(folders):,} folders and {len(zips):,} zips.{more}")
