"""SQL kept in files beside the code that runs it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def template(package: str, name: str) -> str:
    """The text of `sql/<name>.sql` in `package`; names in braces are filled in from the registry."""
    return files(package).joinpath("sql", f"{name}.sql").read_text("utf-8").strip()
