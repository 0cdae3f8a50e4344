#!/usr/bin/env bash
# LatePenalty 0.0.8 (posts nbgrader's grades to Canvas with a late penalty; with pandas 3.1.1)
#
# Assumed: the later, the less. Days late use up slip days; without slip days left, a quarter of the points goes; and from
#   the sixth day on the score is 0, as `late_submission_deadline` says ("We don't accept late submission after 5 days").
# What happens: more than five days late is counted as no day late. What was to limit the days to 5 writes 0 for every
#   number above 5. Six days late, or forty, gets all its points and the comment "Submitted before deadline", and no slip
#   day is used, so the next late assignment still has them all. The 0 for what is past the deadline is never given.
# For grading data: one day late costs more than six weeks late, and Canvas shows nothing but a full score and a kind
#   comment. Compare the timestamps in nbgrader's export with the due dates before and after such a posting. A limit
#   belongs on the number (the smaller of the two), and a test on each side of it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check --no-deps \
    LatePenalty==0.0.8 pandas==3.1.1 numpy==2.4.6 python-dateutil==2.9.0.post0 six==1.17.0 tzdata==2026.6 pytz==2026.6 \
    canvasapi==3.6.0 arrow==1.4.0 requests==2.34.2 urllib3==2.8.0 idna==3.20 certifi==2026.10.19.post1 \
    charset-normalizer==3.5.3 PyYAML==6.0.4 nbformat==5.11.1 fastjsonschema==2.22.3 jsonschema==4.26.0 \
    jsonschema-specifications==2025.9.1 referencing==0.37.0 rpds-py==2026.9.1 attrs==26.1.0 typing_extensions==4.16.0 \
    jupyter_core==5.9.1 platformdirs==4.14.8 traitlets==5.16.1
venv/bin/python - <<'EOF'
import csv
import importlib.metadata
import sys
from datetime import datetime, timedelta
from types import SimpleNamespace

from LatePenalty import nbgrader_grade

DUE = {"hw1": datetime(2026, 9, 14, 23, 59), "hw2": datetime(2026, 9, 28, 23, 59)}
# Days late in hw1; in hw2 everybody is two days late.
DAYS_LATE = {"in-time": -1, "late-1": 1, "late-3": 3, "late-5": 5, "late-6": 6, "late-40": 40}
SLIP_DAYS = 2
for package in ("LatePenalty", "pandas"):
    print(package, importlib.metadata.version(package))

with open("grades.csv", "w", newline="") as file:  # the columns of nbgrader's export that are read
    rows = csv.writer(file)
    rows.writerow(["assignment", "duedate", "timestamp", "student_id", "raw_score", "score", "max_score"])
    for student, days in DAYS_LATE.items():
        for assignment, late in (("hw1", days), ("hw2", 2)):
            handed_in = DUE[assignment] + timedelta(days=late)
            timestamp = f"{handed_in:%Y-%m-%d %H:%M:%S.%f}"
            rows.writerow([assignment, DUE[assignment], timestamp, student, 80.0, 80.0, 100.0])

posted = {}


class Assignment:
    """As much of canvasapi's assignment as is called: get_submission(user).edit(submission=…, comment=…)."""

    def get_submission(self, student):
        def edit(submission, comment):
            posted[student] = (submission["posted_grade"], comment["text_comment"].splitlines()[1].strip())

        return SimpleNamespace(score=None, edit=edit)


def post(assignment, passed):
    posted.clear()
    grades = nbgrader_grade(grades_fp="grades.csv")
    grades.assignment = Assignment()
    grades.email_to_canvas_id = {student: student for student in DAYS_LATE}
    grades.post_to_canvas(assignment, passed, default_credit=SLIP_DAYS)
    return {student: posted[student] for student in DAYS_LATE}


first, second = post("hw1", passed=[]), post("hw2", passed=["hw1"])
print(f"  Everybody has {SLIP_DAYS} slip days and 80 points in both. hw2 is two days late for all.")
for student in DAYS_LATE:
    print(f"  {student:8} hw1 {first[student][0]} ({first[student][1]}), then hw2 {second[student][0]}")
print("Assumed: hw1 0 for six and for forty days. Happened: 80, in time.")
as_found = (
    {student: grade for student, (grade, _) in first.items()}
    == {"in-time": 80, "late-1": 80, "late-3": 60, "late-5": 60, "late-6": 80, "late-40": 80}
    and {student for student, (_, comment) in first.items() if comment == "Submitted before deadline"}
    == {"in-time", "late-6", "late-40"}
    and {student: grade for student, (grade, _) in second.items()}
    == {"in-time": 80, "late-1": 60, "late-3": 80, "late-5": 80, "late-6": 80, "late-40": 80}
)
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
