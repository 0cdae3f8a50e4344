"""No student on a shared page: wherever in a notebook one may be, and whatever is done to the mark."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from engine import store_of
from good_extract import add, put, write_good
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook, new_output
from random_districts import make_district
from rounds import first
from shared_pages import PIXEL, Harmless, alone, code, display, marked, said, share, stream, text

import coursepush as cp
from coursepush.apply.apply import Receipt
from coursepush.apply.approval.judge import Standing
from coursepush.apply.approval.policy import Policy
from coursepush.district.what_if import WhatIf
from coursepush.forecast.advice import Advice
from coursepush.forecast.explain import ExplainedGrade, ExplainedMove
from coursepush.forecast.forecast import Forecast
from coursepush.marks import Drawn, is_as_drawn
from coursepush.plan.plan import Plan
from coursepush.queue.calls import Queue
from coursepush.queue.states import Job
from coursepush.queue.worker import Worker
from coursepush.refresh.refresh import Refreshed
from coursepush.reports.plan.saved import SavedPlan
from coursepush.reports.reconcile.report import Reconciliation
from coursepush.reports.report import Report
from coursepush.reports.reports import Reports
from coursepush.reports.status.relink import CourseStatus
from coursepush.reports.why.why import Why
from coursepush.scenario.read_only import ReadOnlyError
from coursepush.share.notebook import share_notebook

STUDENT = "Zelenka7001"
TABLE = f"<table><tr><td>{STUDENT}</td></tr></table>"
WIDGET = "application/vnd.jupyter.widget-view+json"
STATE = {
    "application/vnd.jupyter.widget-state+json": {
        "version_major": 2,
        "version_minor": 0,
        "state": {"a": {"model_name": "HTMLModel", "state": {"value": STUDENT}}},
    }
}
BAD_MARK = {"students": "none", "sha256": "0" * 64}

HIDING: dict[str, Any] = {
    "frame": display({"text/html": TABLE, "text/plain": STUDENT}),
    "value": display({"text/plain": STUDENT}),
    "print": stream(STUDENT),
    "stderr": stream(STUDENT, "stderr"),
    "colours": stream(f"\x1b[31m{STUDENT}\x1b[0m"),
    "traceback": new_output("error", ename="KeyError", evalue=STUDENT, traceback=[f"KeyError: {STUDENT}"]),
    "widget": display({WIDGET: {"model_id": "a"}, "text/plain": f"HTML('{STUDENT}')"}),
    "widget with html": display({WIDGET: {"model_id": "a"}, "text/html": TABLE}),
    "json": display({"application/json": {"name": STUDENT}}),
    "vega": display({"application/vnd.vegalite.v5+json": {"data": {"values": [STUDENT]}}, "image/png": PIXEL}),
    "svg": display({"image/svg+xml": f"<svg><text>{STUDENT}</text></svg>"}),
    "markdown": display({"text/markdown": STUDENT}),
    "latex": display({"text/latex": STUDENT}),
    "script": display({"text/html": f"<script>'{STUDENT}'</script>", "application/javascript": STUDENT}),
    "mark without a hash": display({"text/html": TABLE}, coursepush={"students": "none"}),
    "mark with a wrong hash": display({"text/html": TABLE}, coursepush=BAD_MARK),
    "mark that is no object": display({"text/html": TABLE}, coursepush="none"),
    "mark with a list": display({"text/html": TABLE}, coursepush={"students": "none", "sha256": [1]}),
    "mark on another kind": display({"image/png": PIXEL, "text/plain": STUDENT}, coursepush=BAD_MARK),
    "metadata": display({"text/html": "<p>x</p>"}, student=STUDENT),
}


@pytest.mark.parametrize("output", HIDING.values(), ids=list(HIDING))
def test_no_output_that_coursepush_did_not_draw_is_shown(tmp_path: Path, output: Any) -> None:
    shared, page = share(tmp_path, text("# One"), code(output), widgets=STATE, author=STUDENT)
    assert STUDENT not in page
    assert PIXEL not in page
    assert shared.outputs == 0
    assert [one.cell for one in shared.left_out] == [2]
    assert '<p class="gone">' in page


def test_of_several_outputs_only_the_marked_one_is_shown(tmp_path: Path) -> None:
    shared, page = share(tmp_path, code(*HIDING.values(), marked("<div>4 rows</div>"), *HIDING.values()))
    assert STUDENT not in page
    assert "4 rows" in said(page)
    assert shared.outputs == 1
    assert len(shared.left_out) == 2 * len(HIDING)


def test_what_stands_beside_marked_html_is_not_shown(tmp_path: Path) -> None:
    output = marked("<div>4 rows</div>")
    output["data"] |= {"text/plain": STUDENT, "image/png": PIXEL, "application/json": {"a": STUDENT}}
    output["metadata"]["other"] = STUDENT
    _, page = share(tmp_path, code(output))
    assert STUDENT not in page
    assert PIXEL not in page
    assert "4 rows" in said(page)


@pytest.mark.parametrize("kept", [False, True], ids=["edited", "edited and kept"])
def test_html_that_was_edited_after_it_was_drawn_is_left_out_and_said_to_be(tmp_path: Path, kept: bool) -> None:
    output = marked("<div>4 rows</div>")
    output["data"]["text/html"] = f"<div>{STUDENT}</div>"
    shared, page = share(tmp_path, code(output), keep=[1] if kept else [])
    assert (STUDENT in page) == kept
    if not kept:
        assert "it was changed after coursepush drew it" in said(page)
        assert [one.can_be_kept for one in shared.left_out] == [True]


def test_a_mark_moved_to_another_output_is_worth_nothing(tmp_path: Path) -> None:
    other = display({"text/html": TABLE}, **marked("<div>4 rows</div>")["metadata"])
    assert STUDENT not in share(tmp_path, code(other))[1]


HIDDEN_IN_HTML = (
    f"<!-- {STUDENT} --><p>4 rows</p>",
    f"<p data-name='{STUDENT}' title='{STUDENT}' id='{STUDENT}' aria-label='{STUDENT}'>4 rows</p>",
    f"<p class='{STUDENT}' hidden>4 rows</p>",
    f"<script>'{STUDENT}'</script><style>/* {STUDENT} */</style><p>4 rows</p>",
    f"<template>{STUDENT}</template><noscript>{STUDENT}</noscript><p>4 rows</p>",
    f"<iframe srcdoc='{STUDENT}'></iframe><object data='{STUDENT}'></object><p>4 rows</p>",
    f"<p style='--x:{STUDENT};background:url({STUDENT});font-family:{STUDENT}'>4 rows</p>",
    f"<svg><desc data-a='{STUDENT}'>x</desc><text>4 rows</text><metadata id='{STUDENT}'></metadata></svg>",
)


@pytest.mark.parametrize("html", HIDDEN_IN_HTML)
def test_what_is_hidden_in_html_is_dropped_even_if_it_is_marked_or_kept(tmp_path: Path, html: str) -> None:
    for page in (
        share(tmp_path, code(marked(html)))[1],
        share(tmp_path, code(display({"text/html": html})), keep=[1])[1],
        share(tmp_path, text(html))[1],
    ):
        assert STUDENT not in page
        is_drawn_by_others = "<script" in html and "it is drawn by a script" in page
        assert "4 rows" in page or is_drawn_by_others or ("<svg" in html and "0 outputs" in page)


# -- what would run or load ----------------------------------------------------------------------------------

ATTACKS = (
    "<script>alert(1)</script>4 rows",
    "<img src=x onerror=alert(1)>4 rows",
    "<img src='https://example.com/x.png'>4 rows",
    "<img src='//example.com/x.png' srcset='https://example.com/y.png 2x'>4 rows",
    "<a href='javascript:alert(1)' onclick='alert(1)'>4 rows</a>",
    "<a href=' java\tscript:alert(1)'>4 rows</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>4 rows</a>",
    "<a href='file:///etc/passwd'>4 rows</a>",
    "<p style='background:url(https://example.com/x.png)'>4 rows</p>",
    "<p style='background:u\\72l(https://example.com/x.png);color:red'>4 rows</p>",
    "<p style='background:image-set(\"https://example.com\" 1x)'>4 rows</p>",
    "<p style='position:fixed;inset:0;opacity:0'>4 rows</p>",
    "<style>@import 'https://example.com/x.css';</style>4 rows",
    "<link rel=stylesheet href='https://example.com/x.css'>4 rows",
    "<base href='https://example.com/'>4 rows",
    "<meta http-equiv=refresh content='0;url=https://example.com'>4 rows",
    "<form action='https://example.com'><input name=a><button>4 rows</button></form>",
    "<iframe src='https://example.com'></iframe>4 rows",
    "<object data='https://example.com'></object><embed src='https://example.com'>4 rows",
    "<video src='https://example.com' poster='https://example.com'></video>4 rows",
    "<svg><script>alert(1)</script><use href='https://example.com#x'/><text>4 rows</text></svg>",
    "<svg><image href='https://example.com/x.png' xlink:href='https://example.com'/><text>4 rows</text></svg>",
    "<svg onload=alert(1)><rect fill='url(https://example.com#x)'/><text>4 rows</text></svg>",
    "<svg><foreignObject><iframe src='https://example.com'></iframe></foreignObject><text>4 rows</text></svg>",
    "<svg><style>@import url(https://example.com);</style><text>4 rows</text></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>4 rows</text></a></svg>",
    "<svg></p><style><a title='</style><img src=x onerror=alert(1)>'></style></svg>4 rows",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>4 rows",
    "<svg><desc><title></desc></title><img src=x onerror=alert(1)></svg>4 rows",
    "</main></body><plaintext>4 rows",
    "</div></section></main>4 rows",
    "<!--><img src=x onerror=alert(1)>-->4 rows",
    "<![CDATA[<img src=x onerror=alert(1)>]]>4 rows",
)


@pytest.mark.parametrize("html", ATTACKS)
@pytest.mark.parametrize("where", ["text", "marked", "kept"])
def test_nothing_on_the_page_runs_or_loads(tmp_path: Path, html: str, where: str) -> None:
    cells = {"text": text(html), "marked": code(marked(html)), "kept": code(display({"text/html": html}))}
    _, page = share(tmp_path, text("# One"), cells[where], text("the end"), keep=[2] if where == "kept" else [])
    read = alone(page)
    assert "example.com" not in re.sub(r'alt="[^"]*"', "", page)
    assert page.count("</main>") == 1
    assert not [tag for tag, given in read.tags if any("alert" in str(one) for one in given.values())]
    assert "the end" in said(page)


@pytest.mark.parametrize(
    "source",
    [
        "![x](https://example.com/x.png)",
        "![x](//example.com/x.png)",
        '<img alt="a" src="http://example.com/x.png">',
        "[x]: https://example.com/x.png\n\n![x]",
    ],
)
def test_a_picture_from_the_network_is_a_line(tmp_path: Path, source: str) -> None:
    shared, page = share(tmp_path, text(source))
    assert "A picture from the network was here. This page loads nothing from elsewhere." in said(page)
    assert [(one.what, one.can_be_kept) for one in shared.left_out] == [("a picture from the network", False)]


def test_links_stay_where_they_lead_to_another_page(tmp_path: Path) -> None:
    _, page = share(
        tmp_path, text("[a](https://example.org/x?y=1&z) [b](next.ipynb) [c](javascript:x) <mailto:a@b.c>")
    )
    assert re.findall(r'href="([^"]*)"', page) == ["https://example.org/x?y=1&amp;z", "mailto:a@b.c"]
    assert 'rel="noopener noreferrer"' in page


# -- attachments -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "![roster](attachment:class%20list.png)",
        '<img src="attachment:class list.png">',
        f"![roster](data:image/png;base64,{PIXEL})",
        f'<img src="data:image/png;base64,{PIXEL}">',
    ],
)
def test_a_picture_in_the_text_is_shown_only_if_its_cell_is_named(tmp_path: Path, source: str) -> None:
    cells = [text("# One"), text(source, {"class list.png": {"image/png": PIXEL}}), code(stream("x"))]
    shared, page = share(tmp_path, *cells)
    assert PIXEL not in page
    first = shared.left_out[0]
    assert (first.cell, first.what, first.can_be_kept) == (2, "a picture in the text", True)
    assert PIXEL not in share(tmp_path, *cells, keep=[3])[1]
    shared, page = share(tmp_path, *cells, keep=[2])
    assert f'<img src="data:image/png;base64,{PIXEL}"' in page
    assert shared.kept == (2,)


def test_an_attachment_that_is_no_picture_stays_out(tmp_path: Path) -> None:
    source = "![a](attachment:a.png) ![b](attachment:none.png)"
    cell = text(source, {"a.png": {"text/html": STUDENT, "image/png": f"'>{STUDENT}"}})
    _, page = share(tmp_path, cell, keep=[1])
    assert STUDENT not in page
    assert page.count('class="gone"') == 2


# -- what coursepush draws -----------------------------------------------------------------------------------


def test_everything_that_coursepush_draws_in_a_notebook_has_the_mark() -> None:
    drawn = (Plan, SavedPlan, Receipt, Refreshed, Report, CourseStatus, Reports, Reconciliation, Why)
    drawn += (Forecast, Advice, Policy, Standing, WhatIf, ReadOnlyError, Queue, Job, Worker)
    assert all(issubclass(one, Drawn) for one in drawn)
    shows_a_student = (ExplainedGrade, ExplainedMove)
    assert not any(issubclass(one, Drawn) for one in shows_a_student)
    data, metadata = Harmless("<p>ü 🧪\r\n</p>")._repr_mimebundle_()
    assert is_as_drawn(data["text/html"], metadata)


def test_what_draws_itself_in_html_is_known_here() -> None:
    """A new object that draws itself has to be looked at before it gets the mark, and be named above."""
    source = Path(__file__).resolve().parents[1] / "src" / "coursepush"
    drawing = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if re.search(r"def _repr_(html|mimebundle)_", path.read_text("utf-8"))
    }
    assert drawing == {
        "marks.py",
        "apply/apply.py",
        "apply/approval/judge.py",
        "apply/approval/policy.py",
        "district/what_if.py",
        "forecast/advice.py",
        "forecast/explain.py",
        "forecast/forecast.py",
        "plan/plan.py",
        "queue/calls.py",
        "queue/states.py",
        "queue/worker.py",
        "refresh/refreshed.py",
        "reports/reconcile/report.py",
        "reports/report.py",
        "reports/reports.py",
        "reports/plan/saved.py",
        "reports/why/why.py",
        "scenario/read_only.py",
        "widgets/panel.py",
        "statewide/run.py",
        "statewide/state.py",
    }


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook as a kernel ran it, saved, read, and saved again."""
    folder = tmp_path_factory.mktemp("executed")
    cells = [
        "import coursepush as cp, polars as pl\ndistrict = cp.simulate_district('small', seed=7)",
        "calendar = 'Riverbend High 25-26'\nresidual = district.reports.residual(calendar=calendar)\nresidual",
        "district.why(course='24052-1', calendar=calendar, element='categories', key='Warm-Ups')",
        "district.reports.cascade()",
        "plan = district.plan_master_push('High School', year=2027, mode='overwrite', to_sections=True)\n"
        "display(plan, district.sql('select * from score limit 3'), district.apply(plan))",
        "district.reports.by_school(plan)",
        "district.reports",
        "residual.frame.select('students', 'scores')",
        "print(district.sql('select student_id from score limit 1').item())",
        "district.sql('select * from posted_grade').filter(pl.col('student_name') == 'x')",
        "district.reconcile(plan)",
    ]
    notebook = new_notebook(cells=[new_code_cell(one) for one in cells])
    environment = {"metadata": {"path": str(folder)}}
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", allow_errors=True, resources=environment
    ).execute()
    path = folder / "executed.ipynb"
    nbformat.write(notebook, path)
    nbformat.write(nbformat.read(path, as_version=4), path)
    return path


def test_marks_survive_a_kernel_and_a_file(executed: Path) -> None:
    shared = share_notebook(executed)
    assert {one.what for one in shared.left_out} == {"a table", "printed text", "an error"}
    assert sorted({one.cell for one in shared.left_out}) == [5, 8, 9, 10]
    assert shared.outputs == 8
    page = shared.path.read_text("utf-8")
    alone(page)
    assert page.count("<svg") > 10
    for words in ("Residual Data", "Why?", "The cascade", "rows would be written", "Did the push do it?"):
        assert words in said(page)
    assert os.path.getsize(executed.with_suffix(".html")) < 100_000


def test_no_number_of_students_is_on_the_page_of_an_executed_notebook(executed: Path) -> None:
    shared = share_notebook(executed, code=False)
    read = re.sub(r"\s+", " ", said(shared.path.read_text("utf-8")))
    assert "Residual Data" in read
    assert not re.findall(
        r"\d[\d,]* (?:different )?(?:students?|scores?|comments?|posted grades?|grades?)\b", read
    )


def _work(read: str) -> list[str]:
    return re.findall(r"(\d[\d,]*) (?:students?|scores?|comments?|posted grades?)\b", read)


@pytest.mark.parametrize("seed", first(range(6)))
def test_no_drawing_of_a_random_district_counts_students(tmp_path: Path, seed: int) -> None:
    reports = Reports(store_of(make_district(seed)))
    drawn = [reports.residual(), reports.course_status(), reports.course_audit(), reports.cascade()]
    cells = [code(marked(one._repr_html_())) for one in drawn]
    shared, page = share(tmp_path, *cells)
    assert shared.outputs == len(drawn)
    assert _work(said(page)) == []


def test_a_refresh_does_not_show_how_many_students_changed(tmp_path: Path) -> None:
    folder = write_good(tmp_path / "extract")
    with cp.load_district(folder, into=tmp_path / "district.duckdb") as district:
        add(folder, "course", "3,1,1,0103,Chess")
        put(folder, "score", "assignment_id,student_id,points\n1,7,9.5\n")
        refreshed = district.refresh(folder)
        assert "2 rows changed by others" in refreshed.summary
        shown = said(share(tmp_path, code(marked(refreshed._repr_html_())))[1])
        assert "1 row changed by others (1 added, 0 removed, 0 changed)" in shown
        assert "Course" in shown
        assert "Score " not in shown
        put(folder, "score", "assignment_id,student_id,points\n1,7,8\n")
        again = district.refresh(folder)
        shown = said(share(tmp_path, code(marked(again._repr_html_())))[1])
        assert "Since the last load nothing has changed but enrollment or students' work." in shown
        assert "<table" not in again._repr_html_()
