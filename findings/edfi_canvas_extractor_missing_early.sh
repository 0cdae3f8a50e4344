#!/usr/bin/env bash
# edfi-canvas-extractor 2.0.2 (the Ed-Fi Alliance's reader of Canvas; with edfi-lms-extractor-lib 1.1.6, pandas 1.5.3)
#
# Assumed: a submission's status is "missing" once its due date has passed and nothing was handed in, as Canvas counts it.
# What happens: Canvas answers with the submissions that there are. For each other student the extractor makes a row, and
#   decides itself whether the due date has passed: it counts the whole days that are left, and none left is "past due".
#   So work is missing from 24 hours before its deadline on. Besides, the offset in a due date is struck off, not
#   reckoned with: where Canvas writes 23:59-08:00, work is missing from 32 hours before. Before that, work that was not
#   handed in is "on-time". Nothing is logged.
# For grading data: on the evening before a deadline, everyone who has not handed in yet is missing work: in lists for
#   parents, in early-warning counts, and wherever "missing" becomes a zero. Take DueDateTime of the assignment beside it
#   and decide with that.
#
# The server below answers as Canvas's GraphQL does by its source: only submissions that were handed in or graded.
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
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

NOW = datetime.now(timezone.utc)
AUGUST = "2026-08-17T12:00:00Z"
DATES = {"createdAt": AUGUST, "updatedAt": AUGUST}
WEST = timezone(timedelta(hours=-8))
DUE = {
    "11": ("was due 2 hours ago", NOW - timedelta(hours=2)),
    "12": ("is due in 20 hours", NOW + timedelta(hours=20)),
    "13": ("is due in 30 hours", NOW + timedelta(hours=30)),
    "14": ("is due in 30 hours, written with -08:00", (NOW + timedelta(hours=30)).astimezone(WEST)),
}


def nodes(*items):
    return {"nodes": list(items)}


def assignment(id_, due):
    return {
        "_id": id_,
        "name": id_,
        "description": "",
        **DATES,
        "lockAt": None,
        "unlockAt": None,
        "dueAt": due.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "submissionTypes": ["online_upload"],
        "pointsPossible": 10,
        "course": {"_id": "1", **DATES},
    }


course = {
    "_id": "1",
    "name": "Algebra 1",
    "state": "available",
    "assignmentsConnection": nodes(*(assignment(id_, due) for id_, (_, due) in DUE.items())),
    "sectionsConnection": nodes({"_id": "101", "sisId": "0451-1", "name": "Period 1", **DATES}),
    "enrollmentsConnection": nodes(
        {
            "_id": "21",
            **DATES,
            "state": "active",
            "type": "StudentEnrollment",
            "section": {"_id": "101"},
            "user": {"_id": "31", "sisId": "31", "createdAt": AUGUST, "email": None, "name": "31", "loginId": "31"},
            "grades": None,
        }
    ),
    "submissionsConnection": nodes(),  # nothing was handed in
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
status = {}
for path in Path("data").glob("section=*/assignment=*/submissions/*.csv"):
    for row in csv.DictReader(path.open()):
        status[row["AssignmentSourceSystemIdentifier"].split("-")[1]] = row["SubmissionStatus"]
for id_, (text, _) in DUE.items():
    print(f"  work that {text}: {status[id_]}")
print("Assumed: only the first is missing. Happened: so are the second and the fourth; exit code", code)
as_found = code == 0 and status["13"] == "on-time" and all(status[id_] == "missing" for id_ in ("11", "12", "14"))
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
