#!/usr/bin/env bash
# edfi-canvas-extractor 2.0.2 (the Ed-Fi Alliance's reader of Canvas; with edfi-lms-extractor-lib 1.1.6, pandas 1.5.3)
#
# Assumed: where a Canvas course has several sections, the submissions of a section's students are written to that
#   section's folder, with the id of that section's copy of the assignment, as its assignments and its roster are.
# What happens: the assignments are written once for each section, as "section-assignment" (101-11 and 102-11). The
#   submissions are grouped by assignment only, and the whole group gets the first row's section. All submissions of the
#   course are those of 101-11; 102-11 has none. No warning, no error.
# For grading data: a teacher's periods that share one Canvas course are usual. All sections but one look as if nobody
#   had ever handed in anything, and the one has grades of students who are not on its roster. Join submissions to
#   sections through the student's enrollment, not through the folder or the assignment's id.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check --no-deps \
    edfi-canvas-extractor==2.0.2 edfi-lms-extractor-lib==1.1.6 edfi-lms-file-utils==1.0.6 canvasapi==2.2.0 \
    arrow==1.4.0 ConfigArgParse==1.9.0 errorhandler==2.0.1 opnieuw==3.4.0 python-dotenv==1.0.1 xxhash==2.0.2 \
    pandas==1.5.3 numpy==1.26.4 python-dateutil==2.9.0.post0 six==1.17.0 pytz==2026.6 tzdata==2026.6 \
    SQLAlchemy==1.4.54 greenlet==3.5.6 typing_extensions==4.16.0 requests==2.34.2 urllib3==2.8.0 idna==3.20 \
    certifi==2026.10.19.post1 charset-normalizer==3.5.3
venv/bin/python - <<'EOF'
import csv
import importlib.metadata
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

AUGUST, SEPTEMBER = "2026-08-17T12:00:00Z", "2026-09-14T12:00:00Z"
DATES = {"createdAt": AUGUST, "updatedAt": AUGUST}
SECTION = {"31": "101", "32": "101", "33": "102", "34": "102"}  # student → section
assignment = {
    "_id": "11",
    "name": "Unit 1 test",
    "description": "",
    **DATES,
    "lockAt": None,
    "unlockAt": None,
    "dueAt": SEPTEMBER,
    "submissionTypes": ["on_paper"],
    "pointsPossible": 10,
    "course": {"_id": "1", **DATES},
}


def nodes(*items):
    return {"nodes": list(items)}


def enrollment(student):
    user = {"_id": student, "sisId": student, "createdAt": AUGUST, "email": None, "name": student, "loginId": student}
    return {
        "_id": f"2{student}",
        **DATES,
        "state": "active",
        "type": "StudentEnrollment",
        "section": {"_id": SECTION[student]},
        "user": user,
        "grades": None,
    }


def submission(student):
    return {
        "_id": f"4{student}",
        "late": False,
        "missing": False,
        "submittedAt": SEPTEMBER,
        "grade": "9",
        **DATES,
        "gradedAt": SEPTEMBER,
        "user": {"_id": student},
        "assignment": assignment,
    }


course = {
    "_id": "1",
    "name": "Algebra 1",
    "state": "available",
    "assignmentsConnection": nodes(assignment),
    "sectionsConnection": nodes(
        {"_id": "101", "sisId": "0451-1", "name": "Period 1", **DATES},
        {"_id": "102", "sisId": "0451-2", "name": "Period 2", **DATES},
    ),
    "enrollmentsConnection": nodes(*map(enrollment, SECTION)),
    "submissionsConnection": nodes(*map(submission, SECTION)),
}
term = {"startAt": None, "endAt": None, "coursesConnection": nodes(course)}
page = {**nodes({"term": term}), "pageInfo": {"hasNextPage": False, "endCursor": "MQ"}}


class Canvas(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer([{"id": 1, "name": "District"}])

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer({"data": {"account": {"coursesConnection": page}}})

    def answer(self, content):
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


for package in ("edfi-canvas-extractor", "edfi-lms-extractor-lib", "pandas"):
    print(package, importlib.metadata.version(package))
server = HTTPServer(("127.0.0.1", 0), Canvas)
threading.Thread(target=server.serve_forever, daemon=True).start()
command = [sys.executable, "-W", "ignore", "-m", "edfi_canvas_extractor", "-f", "assignments", "-a", "a-token"]
command += ["-b", f"http://127.0.0.1:{server.server_port}", "-s", "2026-08-01", "-e", "2027-06-30"]
code = subprocess.run(command, capture_output=True, timeout=300).returncode
server.shutdown()


def read(pattern, column):
    rows = [row for path in sorted(Path("data").glob(pattern)) for row in csv.DictReader(path.open())]
    return sorted(row[column] for row in rows)


assignments = read("section=*/assignments/*.csv", "SourceSystemIdentifier")
print("  assignments:", ", ".join(assignments), "; exit code", code)
found = {}
for section in ("101", "102"):
    roster = read(f"section={section}/section-associations/*.csv", "LMSUserSourceSystemIdentifier")
    graded = read(f"section={section}/assignment=*/submissions/*.csv", "LMSUserSourceSystemIdentifier")
    of = set(read(f"section={section}/assignment=*/submissions/*.csv", "AssignmentSourceSystemIdentifier"))
    found[section] = roster, graded, of
    print(f"  section {section}: roster {roster}, submissions of {graded}", *of)
print("Assumed: each section's submissions are of its roster. Happened: all are section 101's.")
as_found = (
    code == 0
    and assignments == ["101-11", "102-11"]
    and found["101"] == (["31", "32"], ["31", "32", "33", "34"], {"101-11"})
    and found["102"] == (["33", "34"], [], set())
)
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
