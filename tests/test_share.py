"""Sharing a notebook: one page that stands alone, what is on it, and what is said of what is not."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_output, new_raw_cell
from shared_pages import PIXEL, code, display, marked, said, share, stream, text, write

import coursepush as cp
from coursepush.cli.main import cli
from coursepush.errors import RequestError
from coursepush.share.notebook import share_notebook

DRAWN = "<div><b>Plan</b> <span style='opacity:.75'>12 rows</span></div>"


# -- what is on the page -----------------------------------------------------------------------------------


def test_text_code_and_what_coursepush_drew_is_on_the_page(tmp_path: Path) -> None:
    cells = [text("# What would it do?\n\nSee *here*:\n\n|a|b|\n|-|-:|\n|1|2|"), code(marked(DRAWN))]
    shared, page = share(tmp_path, *cells)
    assert (shared.title, shared.cells, shared.outputs, shared.left_out) == ("What would it do?", 2, 1, ())
    assert "<title>What would it do?</title>" in page
    assert "<em>here</em>" in page
    assert '<td style="text-align:right">2</td>' in page
    assert '<span style="opacity:.75">12 rows</span>' in page
    assert 'id="cell-2"' in page
    assert '<span class="nf">show</span>' in page or '<span class="n">show</span>' in page


def test_a_line_says_what_was_left_out_and_how_to_keep_it(tmp_path: Path) -> None:
    outputs = (stream("hello\n"), marked(DRAWN), display({"text/html": "<table><tr><td>1</td></tr></table>"}))
    shared, page = share(tmp_path, text("# One"), code(*outputs))
    assert [(one.cell, one.what) for one in shared.left_out] == [(2, "printed text"), (2, "a table")]
    assert "1 output shown, 2 left out (cell 2: printed text; cell 2: a table)" in shared.summary
    read = said(page)
    assert read.index("Printed text was here") < read.index("12 rows") < read.index("A table was here")
    assert read.count("--keep 2") == 2
    assert "hello" not in page


def test_a_run_of_outputs_is_one_line(tmp_path: Path) -> None:
    _, page = share(tmp_path, code(stream("a\n"), stream("b\n", "stderr"), stream("c\n")))
    assert "Printed text and a message were here and are left out" in said(page)
    assert page.count('class="gone"') == 1


KINDS: dict[str, tuple[Any, str]] = {
    "value": (display({"text/plain": "12"}), "a value"),
    "picture": (display({"image/png": PIXEL, "text/plain": "<Figure>"}), "a picture"),
    "chart": (display({"application/vnd.vegalite.v5+json": {"data": 1}, "text/plain": "alt.Chart"}), "a chart"),
    "data": (display({"application/json": {"a": 1}, "text/plain": "<IPython.core.display.JSON>"}), "data"),
    "error": (new_output("error", ename="E", evalue="v", traceback=["E: v"]), "an error"),
    "script": (display({"application/javascript": "alert(1)"}), "a script"),
    "markdown": (display({"text/markdown": "**x**"}), "formatted text"),
    "unknown": (display({"application/x-none": "x"}), "an output of another kind"),
    "panel": (
        display({"application/vnd.jupyter.widget-view+json": {"model_id": "a"}, "text/plain": "VBox()"}),
        "a panel",
    ),
}


@pytest.mark.parametrize(("output", "what"), KINDS.values(), ids=list(KINDS))
def test_each_kind_of_output_has_its_name(tmp_path: Path, output: Any, what: str) -> None:
    shared, page = share(tmp_path, code(output))
    assert [one.what for one in shared.left_out] == [what]
    assert f"{what[0].upper()}{what[1:]} was here" in said(page)


def test_what_is_empty_is_not_spoken_of(tmp_path: Path) -> None:
    shared, page = share(tmp_path, code(stream(" \n"), display({}), source=""), text(""))
    assert shared.left_out == ()
    assert "<section" not in page


def test_code_can_be_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, [code(marked(DRAWN), source="secret = 1")])
    assert "secret" in share_notebook(path).path.read_text("utf-8")
    page = share_notebook(path, code=False).path.read_text("utf-8")
    assert "secret" not in page
    assert "12 rows" in page


def test_the_same_notebook_gives_the_same_page_of_moderate_size(tmp_path: Path) -> None:
    cells = [text("# One"), code(marked(DRAWN), stream("x"))]
    assert share(tmp_path, *cells)[1] == share(tmp_path, *cells)[1]
    assert len(share(tmp_path, *cells)[1]) < 20_000


def test_a_title_is_found_or_made(tmp_path: Path) -> None:
    shared, page = share(tmp_path, text("no heading"), text("```\n# a comment\n```"))
    assert shared.title == "notebook"
    assert "<h1>notebook</h1>" in page
    assert share(tmp_path, text("Late\n===="))[0].title == "Late"
    assert share(tmp_path, text("# <b>A</b> & `x`"))[0].title == "A & x"


# -- kept --------------------------------------------------------------------------------------------------


def test_what_is_named_is_kept_and_said_to_be(tmp_path: Path) -> None:
    shared, page = share(tmp_path, text("# One"), code(stream("hello <b>\n")), code(stream("unnamed")), keep=[2])
    assert shared.kept == (2,)
    assert [one.cell for one in shared.left_out] == [3]
    assert '<pre class="text">hello &lt;b&gt;\n</pre>' in page
    assert "Kept by whoever shared this page, and not looked at by coursepush: the outputs of cell 2." in said(
        page
    )
    assert "unnamed" not in page


KEPT: dict[str, tuple[Any, str]] = {
    "frame": (
        display({"text/html": "<style>p{}</style><table class='dataframe'><tr><td>7</td></tr></table>"}),
        "<td>7",
    ),
    "picture": (display({"image/png": PIXEL + "\n"}), f'<img src="data:image/png;base64,{PIXEL}" alt="">'),
    "drawing": (display({"image/svg+xml": "<svg/>"}), '<img src="data:image/svg+xml;base64,PHN2Zy8+"'),
    "markdown": (display({"text/markdown": "**x**"}), "<strong>x</strong>"),
    "json": (display({"application/json": {"a": [1]}}), "&quot;a&quot;"),
    "plain": (display({"text/plain": "<Figure>"}), "&lt;Figure&gt;"),
    "colours": (stream("\x1b[31mred\x1b[0m \x1b]0;t\x07bell\x07 \x1b[2Kx"), ">red bell x<"),
    "progress": (stream("10%\r50%\r100%\nline\r\nend"), ">100%\nline\nend<"),
    "error": (new_output("error", ename="E", evalue="v", traceback=["\x1b[0;31mE\x1b[0m: v"]), ">E: v<"),
    "chart with a picture": (display({"text/html": "<script>1</script>", "image/png": PIXEL}), "<img src"),
}


@pytest.mark.parametrize(("output", "shown"), KEPT.values(), ids=list(KEPT))
def test_kept_outputs_are_shown_in_the_best_way_there_is(tmp_path: Path, output: Any, shown: str) -> None:
    shared, page = share(tmp_path, code(output), keep=[1])
    assert shown in page
    assert (shared.outputs, shared.left_out) == (1, ())


@pytest.mark.parametrize("kind", ["panel", "chart", "script", "unknown"])
def test_what_a_page_cannot_show_is_not_kept_and_says_so(tmp_path: Path, kind: str) -> None:
    shared, page = share(tmp_path, code(KINDS[kind][0]), keep=[1])
    assert shared.kept == ()
    assert [one.can_be_kept for one in shared.left_out] == [False]
    assert "--keep" not in page
    assert re.search(r"left out: (it works in JupyterLab alone|it is drawn by a script|a page cannot)", said(page))


def test_a_cell_with_nothing_to_keep_is_an_error_that_names_the_others(tmp_path: Path) -> None:
    path = write(tmp_path, [text("# One"), code(stream("a")), code(), code(marked(DRAWN))])
    for keep, message in (
        ((1,), "Cell 1 has no output to keep. Cells with something to keep: 2, 4."),
        (3, "Cell 3 has no output"),
        ((2, 5), "There is no cell 5: the notebook has 4 cells"),
        ([0], "There is no cell 0"),
        ([-1], "There is no cell -1"),
    ):
        with pytest.raises(RequestError, match=re.escape(message)):
            share_notebook(path, keep=keep)
    assert not path.with_suffix(".html").exists()


# -- the file ----------------------------------------------------------------------------------------------


def test_a_notebook_of_version_3_is_read(tmp_path: Path) -> None:
    old = nbformat.v3.new_notebook(
        worksheets=[
            nbformat.v3.new_worksheet(
                cells=[
                    nbformat.v3.new_heading_cell("An old one", level=1),
                    nbformat.v3.new_code_cell(
                        "x",
                        outputs=[nbformat.v3.new_output("pyout", output_text="7001", output_html="<b>7001</b>")],
                    ),
                ]
            )
        ]
    )
    path = tmp_path / "old.ipynb"
    path.write_text(nbformat.v3.writes_json(old), "utf-8")
    shared = share_notebook(path)
    page = shared.path.read_text("utf-8")
    assert shared.title == "An old one"
    assert [(one.cell, one.what) for one in shared.left_out] == [(2, "formatted text")]
    assert "7001" not in page
    assert "7001" in share_notebook(path, keep=2).path.read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is not JSON text"),
        (b"\xff\xfe\x00", "it is not JSON text"),
        (b"[1]", "does not say its nbformat"),
        (b'{"nbformat": 4, "nbformat_minor": 5}', "is not a sound notebook"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "x"}]}', "notebook"),
        (b'{"nbformat": 99, "cells": []}', "notebook"),
        (b'{"nbformat": "four", "cells": []}', "notebook"),
    ],
)
def test_a_bad_file_is_an_error_that_says_what_to_do(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "bad.ipynb"
    path.write_bytes(content)
    with pytest.raises(RequestError, match=message) as caught:
        share_notebook(path)
    assert "Open it in JupyterLab" in str(caught.value) or "ends in .ipynb" in str(caught.value)
    assert not path.with_suffix(".html").exists()


def test_what_cannot_be_read_or_written_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, [text("# One")])
    before = path.read_bytes()
    with pytest.raises(RequestError, match="There is no file"):
        share_notebook(tmp_path / "none.ipynb")
    with pytest.raises(RequestError, match="is a folder"):
        share_notebook(tmp_path)
    with pytest.raises(RequestError, match="There is no ending"):
        share_notebook(path, path)
    with pytest.raises(RequestError, match="There is no folder"):
        share_notebook(path, tmp_path / "none" / "page.html")
    assert path.read_bytes() == before


def test_half_characters_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    path = write(tmp_path, [text("# One HERE"), code(marked("<p>HERE</p>"), stream("HERE"))])
    raw = path.read_text("utf-8").replace("HERE", "\\ud800")
    path.write_bytes(b"\xef\xbb\xbf" + raw.encode())
    shared = share_notebook(path, keep=2)
    assert shared.title == "One ?"
    assert "changed" in shared.summary or shared.outputs == 2


# -- from Python and on the command line ---------------------------------------------------------------------


def test_the_package_has_it_and_tells_what_it_did(tmp_path: Path) -> None:
    path = write(tmp_path, [code(stream("a"))])
    shared = cp.share_notebook(path, tmp_path / "page.html")
    assert shared.path == tmp_path / "page.html"
    assert repr(shared).splitlines() == [
        f"Wrote {tmp_path / 'page.html'}: 1 cell, 0 outputs shown, 1 left out (cell 1: printed text). "
        "See it before you send it.",
        "Cell 1: coursepush did not draw it, so it may show students. End the cell with the report itself, or its "
        ".answer, instead of printing. To keep it: --keep 1",
    ]


def test_on_the_command_line(tmp_path: Path) -> None:
    path = write(tmp_path, [text("# One"), code(stream("a")), code(stream("b"))])
    page = tmp_path / "page.html"
    done = CliRunner().invoke(cli, ["share", str(path), "--out", str(page), "--keep", "2", "--no-code"])
    assert done.exit_code == 0, done.output
    assert (
        "3 cells, 1 output shown, 1 left out (cell 3: printed text). Kept without a check: cell 2." in done.output
    )
    assert "show()" not in said(page.read_text("utf-8"))
    failed = CliRunner().invoke(cli, ["share", str(path), "--keep", "1"])
    assert failed.exit_code == 1
    assert "Cell 1 has no output to keep." in failed.output


def test_raw_cells_count_and_are_left_out(tmp_path: Path) -> None:
    shared, page = share(tmp_path, new_raw_cell("raw & words"), text("# Two"))
    assert [(one.cell, one.what) for one in shared.left_out] == [(1, "raw text")]
    assert "words" not in page
    assert "raw &amp; words" in share(tmp_path, new_raw_cell("raw & words"), keep=[1])[1]


def test_only_the_page_is_written(tmp_path: Path) -> None:
    path = write(tmp_path, [text("# One")])
    before = path.read_bytes()
    share_notebook(path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["notebook.html", "notebook.ipynb"]
    assert path.read_bytes() == before
    assert json.loads(before)["nbformat"] == 4
