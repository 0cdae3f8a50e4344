#!/usr/bin/env bash
# nbgrader 0.9.6 (assigns and grades notebooks), its late penalty `zero`
#
# Assumed: with penalty_method = "zero", described as "assign an overall score of zero", late work gets 0.
# What happens: the penalty is a number of points that is computed once, when a notebook is autograded, from the points it
#   has then. Answers that a person grades have none yet. When those points come, the penalty stays as it was, so late
#   work keeps every point that was given by hand: 5 of 10 in grades.csv and in the student's feedback. Autograding
#   once more with --force takes them away. `score` in nbgrader's database has no penalty in it at all.
# For grading data: two late students with the same answers get different grades when one was autograded again after the
#   manual grading. Autograde again before the export, or compute the penalty from timestamp, duedate and raw_score.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check --no-deps \
    nbgrader==0.9.6 alembic==1.20.1 Mako==1.4.3 MarkupSafe==3.0.3 SQLAlchemy==2.1.9 typing_extensions==4.16.0 \
    traitlets==5.16.1 jupyter_core==5.9.1 platformdirs==4.14.8 jupyter_client==8.10.0 pyzmq==27.3.0 tornado==6.6.1 \
    python-dateutil==2.9.0.post0 six==1.17.0 ipykernel==7.4.0 ipython==9.18.1 ipython_pygments_lexers==1.1.1 \
    comm==0.2.3 debugpy==1.8.22 matplotlib-inline==0.2.2 nest-asyncio2==1.7.4 psutil==7.2.2 packaging==26.4 \
    jedi==0.20.1 parso==0.8.7 pexpect==4.9.0 ptyprocess==0.7.0 prompt_toolkit==3.0.53 wcwidth==0.9.4 Pygments==2.21.0 \
    stack-data==0.6.3 executing==2.3.0 asttokens==3.0.2 pure_eval==0.2.4 nbconvert==7.17.2 nbclient==0.11.0 \
    nbformat==5.11.1 fastjsonschema==2.22.3 jsonschema==4.26.0 jsonschema-specifications==2025.9.1 \
    referencing==0.37.0 rpds-py==2026.9.1 attrs==26.1.0 beautifulsoup4==4.15.0 soupsieve==4.1.3 bleach==6.4.0 \
    webencodings==0.6.1 tinycss2==1.5.1 defusedxml==0.7.1 Jinja2==3.1.6 jupyterlab_pygments==0.3.0 mistune==3.4.0 \
    pandocfilters==1.5.1 RapidFuzz==3.14.6 requests==2.34.2 urllib3==2.8.0 idna==3.20 certifi==2026.10.19.post1 \
    charset-normalizer==3.5.3 jupyter_server==2.21.1 anyio==4.16.0 argon2-cffi==25.1.0 argon2-cffi-bindings==26.2.0 \
    cffi==2.1.1 pycparser==3.12 jupyter-events==0.12.1 jupyter_server_terminals==0.5.4 overrides==7.7.0 \
    prometheus_client==0.26.0 Send2Trash==2.2.0 terminado==0.18.1 websocket-client==1.9.2 python-json-logger==4.2.0 \
    PyYAML==6.0.4 rfc3339-validator==0.1.4 rfc3986-validator==0.1.1
export PATH="$dir/venv/bin:$PATH" JUPYTER_CONFIG_DIR="$dir/jupyter" JUPYTER_DATA_DIR="$dir/jupyter" IPYTHONDIR="$dir/ipython"
venv/bin/python - <<'EOF'
import csv
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

STUDENTS = {"late": "2026-09-15 12:00:00 UTC", "in-time": "2026-09-14 12:00:00 UTC"}
for package in ("nbgrader", "nbconvert", "ipykernel"):
    print(package, importlib.metadata.version(package))


def nbgrader(*arguments):
    command = [sys.executable, "-m", "nbgrader", *arguments]
    subprocess.run(command, check=True, capture_output=True, timeout=300)


def cell(id_, *, grade, solution, **rest):
    marks = {"schema_version": 3, "grade_id": id_, "grade": grade, "solution": solution, "task": False}
    return {"metadata": {"nbgrader": {**marks, "locked": not solution, **rest}}}


Path("nbgrader_config.py").write_text(
    "c = get_config()\n"
    "c.CourseDirectory.course_id = 'algebra'\n"
    "c.LateSubmissionPlugin.penalty_method = 'zero'\n"
    "c.ClearSolutions.code_stub = {'python': '# your answer'}\n"
)
source = new_notebook(
    cells=[
        new_code_cell("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", **cell("answer", grade=False, solution=True)),
        new_code_cell("assert x == 1", **cell("test", grade=True, solution=False, points=5)),
        new_markdown_cell("Why?", **cell("reason", grade=True, solution=True, points=5)),
    ],
    metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
)
Path("source/hw1").mkdir(parents=True)
nbformat.write(source, "source/hw1/problem.ipynb")
nbgrader("db", "assignment", "add", "hw1", "--duedate=2026-09-14 23:59:00 UTC")
nbgrader("generate_assignment", "hw1")
for student, timestamp in STUDENTS.items():
    nbgrader("db", "student", "add", student)
    folder = Path("submitted") / student / "hw1"
    folder.mkdir(parents=True)
    notebook = nbformat.read("release/hw1/problem.ipynb", as_version=4)
    notebook.cells[0].source, notebook.cells[2].source = "x = 1", "Because."
    nbformat.write(notebook, folder / "problem.ipynb")
    (folder / "timestamp.txt").write_text(timestamp)


def exported(step):
    nbgrader("export")
    rows = {row["student_id"]: row for row in csv.DictReader(Path("grades.csv").open())}
    late, in_time = (float(rows[student]["score"]) for student in STUDENTS)
    penalty = float(rows["late"]["late_submission_penalty"])
    print(f"  {step:20} late {late:4} (penalty {penalty:4}), in time {in_time:4} of 10")
    return late, in_time


nbgrader("autograde", "hw1")
steps = [exported("autograded")]
with Gradebook("sqlite:///gradebook.db") as gradebook:  # as the grading page does
    for student in STUDENTS:
        grade = gradebook.find_grade("reason", "problem", "hw1", student)
        grade.manual_score, grade.needs_manual_grade = 5, False
    gradebook.db.commit()
steps.append(exported("graded by hand"))
nbgrader("generate_feedback", "hw1")
feedback = Path("feedback/late/hw1/problem.html").read_text()
shown = re.findall(r"\(Score: ([0-9.]+) / 10", feedback)
print("  the late student's feedback shows", *shown)
nbgrader("autograde", "hw1", "--force")
steps.append(exported("autograded again"))
print("Assumed: 0 for late work. Happened: 5 of 10, until it is autograded again.")
as_found = steps == [(0, 5), (5, 10), (0, 10)] and shown == ["5.0"]
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
