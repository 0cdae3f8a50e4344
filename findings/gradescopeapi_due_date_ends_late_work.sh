#!/usr/bin/env bash
# gradescopeapi 1.8.1 (Gradescope from Python; with requests-toolbelt 1.0.0)
#
# Assumed: `update_assignment_date(session, course, assignment, due_date=…)` changes the due date. The dates that are not
#   given are None and stay, as in the same library's `update_student_extension` ("If a date is None, it will not be
#   updated"), and the form is sent as a patch.
# What happens: None is sent: as an empty release date, an empty late due date and "no late submissions". The form has the
#   dates as they are, and the function reads that form first, but only for its token.
# For grading data: moving a deadline by a day ends the days in which late work is accepted, for the whole course, and asks
#   for the release date to be emptied. What would have been late becomes missing, and putting the old due date back does
#   not bring the others back. Read all three dates first and pass all three.
#
# The server below only keeps what it is sent. What Gradescope does with an empty date was not seen.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check --no-deps \
    gradescopeapi==1.8.1 requests==2.34.2 urllib3==2.8.0 idna==3.20 certifi==2026.10.19.post1 charset-normalizer==3.5.3 \
    requests-toolbelt==1.0.0 beautifulsoup4==4.15.0 soupsieve==4.1.3 typing_extensions==4.16.0 \
    python-dateutil==2.9.0.post0 six==1.17.0 tzdata==2026.6
venv/bin/python - <<'EOF'
import importlib.metadata
import json
import sys
import threading
from datetime import datetime, timezone
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, HTTPServer

import requests
from gradescopeapi.classes.assignments import update_assignment_date
from gradescopeapi.classes.extensions import update_student_extension

FORM = """<form>
<input name="authenticity_token" value="a-token">
<input name="assignment[release_date_string]" value="2026-09-07T08:00">
<input name="assignment[due_date_string]" value="2026-09-14T23:59">
<input name="assignment[allow_late_submissions]" type="checkbox" value="1" checked>
<input name="assignment[hard_due_date_string]" value="2026-09-17T23:59">
</form>"""
sent = []


class Gradescope(BaseHTTPRequestHandler):
    def answer(self):
        body = FORM.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer()

    def do_POST(self):
        content_type = self.headers["Content-Type"]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if content_type.startswith("application/json"):
            sent.append(json.loads(body)["override"]["settings"])
        else:
            parts = BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body).get_payload()
            name_of = {part: part.get_param("name", header="Content-Disposition") for part in parts}
            sent.append({name: part.get_payload() for part, name in name_of.items()})
        self.answer()

    def log_message(self, *args):
        pass


for package in ("gradescopeapi", "requests-toolbelt"):
    print(package, importlib.metadata.version(package))
server = HTTPServer(("127.0.0.1", 0), Gradescope)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"
new = datetime(2026, 9, 15, 23, 59, tzinfo=timezone.utc)
done = (
    update_assignment_date(requests.Session(), "1", "11", due_date=new, gradescope_base_url=url),
    update_student_extension(requests.Session(), "1", "11", "31", due_date=new, gradescope_base_url=url),
)
server.shutdown()
form, extension = sent
dates = {name[11:-1]: value for name, value in form.items() if name.startswith("assignment[")}
print(f"  one student's due date only: sends {sorted(extension)}, method POST")
print(f"  the assignment's due date only: sends {dates}, method {form['_method']}")
print("Assumed: the due date. Happened: no release date, no late due date and no late submissions as well.")
as_found = (
    done == (True, True)
    and sorted(extension) == ["due_date", "visible"]
    and form["_method"] == "patch"
    and dates
    == {
        "release_date_string": "",
        "due_date_string": "2026-09-15T23:59",
        "allow_late_submissions": "0",
        "hard_due_date_string": "",
    }
)
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
