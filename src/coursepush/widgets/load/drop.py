"""An area to drop files on, which lays them into a private folder of the kernel's computer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from coursepush.errors import counted
from coursepush.store.temporary import PrivateFolder

ENDINGS = (".zip", ".csv", ".txt", ".parquet", ".xml", ".json", ".jsonl", ".ndjson")


class Drop(anywidget.AnyWidget):
    """Files that were dropped or chosen, as a folder, or as the one zip among them.

    They may hold students: the folder is this user's alone, and gone with the kernel at the latest.

    Args:
        changed: called when all files of a drop are there, and with words when one was refused.
    """

    _esm = Path(__file__).with_name("drop.js").read_text("utf-8")

    accept: Any = traitlets.Unicode(",".join(ENDINGS)).tag(sync=True)

    def __init__(self, changed: Callable[[str], object]) -> None:
        self._changed = changed
        self._folder: PrivateFolder | None = None
        self.names: list[str] = []
        self.is_whole = False
        super().__init__()
        self.on_msg(self._came)

    @property
    def place(self) -> Path | None:
        """The folder of the files, or the zip if it came alone; None before they are all there."""
        if self._folder is None or not self.is_whole:
            return None
        path = self._folder.path
        is_zip = len(self.names) == 1 and self.names[0].lower().endswith(".zip")
        return path / self.names[0] if is_zip else path

    @property
    def folder(self) -> Path | None:
        """Where they lie."""
        return None if self._folder is None else self._folder.path

    @property
    def told(self) -> str:
        """What was dropped, in words."""
        return self.names[0] if len(self.names) == 1 else counted(len(self.names), "file")

    def forget(self) -> None:
        """Remove the files."""
        if self._folder is not None:
            self._folder.close()
        self._folder, self.names, self.is_whole = None, [], False

    def close(self) -> None:
        self.forget()
        super().close()

    def _came(self, _widget: Any, content: Any, buffers: Sequence[Any]) -> None:
        """A piece of a file. Nothing that the page says of its name is trusted."""
        if not isinstance(content, dict) or content.get("kind") != "piece":
            return
        fault = self._take(content, buffers)
        self.send({"kind": "next", "goes_on": not fault})
        if fault or self.is_whole:
            self._changed(fault)

    def _take(self, content: dict[str, Any], buffers: Sequence[Any]) -> str:
        name = Path(str(content.get("name", "")).replace("\\", "/")).name
        is_first = content.get("is_first") is True
        if is_first and content.get("number") == 0:
            self.forget()
        if not name or name.startswith(".") or Path(name).suffix.lower() not in ENDINGS:
            self.forget()
            return f"{name or 'This'} is no file of an extract: those end in {', '.join(ENDINGS)}."
        try:
            if self._folder is None:
                self._folder = PrivateFolder()
            with (self._folder.path / name).open("wb" if is_first else "ab") as file:
                for one in buffers:
                    file.write(one)
        except OSError as error:
            self.forget()
            return f"{name} could not be kept: {error.strerror or error}. Put it into a folder and choose that."
        if is_first and name not in self.names:
            self.names.append(name)
        self.is_whole = content.get("is_last") is True and content.get("number") == content.get("of", 0) - 1
        return ""
