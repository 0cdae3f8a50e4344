"""A notebook's file, read: whichever version it is of, or an error that says what is wrong with it."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat

from coursepush.errors import RequestError

Cell = dict[str, Any]


def read_notebook(path: Path) -> tuple[str, Sequence[Cell]]:
    """The notebook's language, and its cells as nbformat 4 has them.

    Raises:
        RequestError: there is no such file, or it is no sound notebook.
    """
    raw = _json_of(path)
    again = "Open it in JupyterLab, save it and try again."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of older notebooks, whose cells have no ids
            notebook: Any = nbformat.reads(raw, as_version=4)
            nbformat.validate(notebook, relax_add_props=True)
    except nbformat.ValidationError as error:
        said = str(error).strip().splitlines()[0]
        raise RequestError(f"{path} is not a sound notebook: {said} {again}") from None
    except Exception as error:
        raise RequestError(
            f"{path} is not a notebook that can be read ({type(error).__name__}). {again}"
        ) from None
    about = notebook.metadata
    language = (
        about.get("language_info", {}).get("name") or about.get("kernelspec", {}).get("language") or "python"
    )
    return str(language), notebook.cells


def _json_of(path: Path) -> str:
    """The file's text as JSON that every later step can encode: half characters are replaced."""
    if path.is_dir():
        raise RequestError(f"{path} is a folder. Name a notebook in it, such as {path / 'notebook.ipynb'}.")
    try:
        found = json.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise RequestError(f"There is no file {path}. Name a notebook, a file that ends in .ipynb.") from None
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise RequestError(
            f"{path} is not a notebook: it is not JSON text. Name a file that ends in .ipynb."
        ) from None
    except OSError as error:
        raise RequestError(f"{path} cannot be read: {error.strerror}. Look at who may read it.") from None
    if not isinstance(found, dict) or "nbformat" not in found:
        raise RequestError(
            f"{path} is not a notebook: it does not say its nbformat. Name a file that ends in .ipynb."
        )
    return json.dumps(found, ensure_ascii=False).encode("utf-8", "replace").decode()
