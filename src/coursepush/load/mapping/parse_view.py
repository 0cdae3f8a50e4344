"""A [view.NAME] of a mapping file on its way to a :class:`View`."""

from __future__ import annotations

import re
from typing import Any, cast

from coursepush.load.mapping.language import Reads, View
from coursepush.load.toml import Part
from coursepush.model.tables import TABLES

_NAME = re.compile(r"^[A-Za-z_]\w*$", re.ASCII)


def parse_view(name: str, raw: Any, problems: list[str], strict: bool) -> View:
    """One [view.NAME] of the file."""
    part = Part(problems, cast(dict[str, Any], raw) if isinstance(raw, dict) else {}, f"[view.{name}]")
    reads = tuple(_reads(part, each, value) for each, value in part.items("reads").items())
    select = part.text("select")
    must, tell = (
        {column: text for column, text in part.items(key).items() if isinstance(text, str)}
        for key in ("must", "tell")
    )
    if not select.strip():
        part.problem("select is missing: the SELECT that makes the table.")
    if not reads:
        part.problem('reads is missing: the files that it reads, with their columns: { classes = ["id"] }.')
    if name in TABLES or not _NAME.match(name):
        part.problem("its name must be a word of letters, digits and _, and none of the model's tables.")
    part.done()
    return View(name, select, reads, must, tell, strict)


def _reads(view: Part, name: str, raw: Any) -> Reads:
    table: dict[str, Any] = cast(dict[str, Any], raw) if isinstance(raw, dict) else {"columns": raw}
    part = Part(view.problems, table, f"{view.where}, reads.{name}")
    found = Reads(name, part.texts("columns"), part.text("files"), part.flag("cells"), part.texts("having"))
    if not _NAME.match(name):
        part.problem("what stands there is the name in the SELECT: a word of letters, digits and _.")
    if not found.columns:
        part.problem("it names no column.")
    own = ["line", *(["file"] if found.files else []), *(["header", "value"] if found.is_cells else [])]
    if taken := [column for column in found.columns if column.lower() in own]:
        part.problem(f"{', '.join(taken)}: that name is the view's own ({', '.join(own)}); it cannot be read.")
    part.done()
    return found
