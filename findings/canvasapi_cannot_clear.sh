#!/usr/bin/env bash
# canvasapi 3.6.0 (with requests 2.34.2)
#
# Assumed: to clear something in Canvas, pass None or an empty list: `edit(rules={"never_drop": []})`,
#   `edit(rules={"drop_lowest": None})`, `edit(assignment={"due_at": None})`. The call answers 200, so it is done.
# What happens: none of them is sent. canvasapi turns an empty list into no parameter at all, and a None that it does
#   pass on is left out of the form body by requests. Canvas gets a PUT that asks for nothing and answers 200 with the
#   assignment group or assignment as it still is.
# For grading data: "no assignment is kept from being dropped", "no due date", "no rules" cannot be put back this way.
#   An undo that passes on what was read before (None, an empty list) is reported as done and changes nothing, so the
#   same grades are dropped as before. 0 and the empty string are sent. Read a group back after each such change.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check --no-deps \
    canvasapi==3.6.0 requests==2.34.2 urllib3==2.8.0 idna==3.20 certifi==2026.10.19.post1 charset-normalizer==3.5.3 \
    arrow==1.4.0 python-dateutil==2.9.0.post0 six==1.17.0 tzdata==2026.6 pytz==2026.6
venv/bin/python - <<'EOF'
import importlib.metadata
import sys
from urllib.parse import parse_qsl

import requests
from canvasapi import Canvas

for package in ("canvasapi", "requests"):
    print(package, importlib.metadata.version(package))

sent = []


class Recorder(requests.adapters.BaseAdapter):
    """Answers as Canvas does and keeps what was asked. Nothing leaves the process."""

    def send(self, request, **kwargs):
        body = request.body or b""
        sent.append(parse_qsl(body if isinstance(body, str) else body.decode(), keep_blank_values=True))
        response = requests.Response()
        response.status_code, response.request, response.url = 200, request, request.url
        response.headers["Content-Type"] = "application/json"
        response._content = b'{"id": 7, "course_id": 1, "rules": {"drop_lowest": 1, "never_drop": [11, 12]}}'
        return response

    def close(self):
        pass


real_session = requests.Session


def recording_session():
    session = real_session()
    session.mount("https://", Recorder())
    return session


requests.Session = recording_session
course = Canvas("https://canvas.invalid", "a-token").get_course(1)
group = course.get_assignment_group(7)
assignment = course.get_assignment(7)

cases = {
    "set, as a control": (group, {"rules": {"drop_lowest": 0, "never_drop": [11]}}),
    "clear never_drop with []": (group, {"rules": {"never_drop": []}}),
    "clear drop_lowest with None": (group, {"rules": {"drop_lowest": None}}),
    "clear all rules with {}": (group, {"rules": {}}),
    "clear the due date with None": (assignment, {"assignment": {"due_at": None}}),
    "clear the due date with ''": (assignment, {"assignment": {"due_at": ""}}),
}
got = {}
for name, (thing, change) in cases.items():
    sent.clear()
    thing.edit(**change)  # raises nothing in any case
    got[name] = list(sent[-1])
    print(f"{name:30} sends {got[name]}")

print("Assumed: each of these asks Canvas for a change. Happened: those with [], None and {} ask for nothing.")
as_found = (
    got["set, as a control"] == [("rules[drop_lowest]", "0"), ("rules[never_drop][]", "11")]
    and got["clear never_drop with []"] == []
    and got["clear drop_lowest with None"] == []
    and got["clear all rules with {}"] == []
    and got["clear the due date with None"] == []
    and got["clear the due date with ''"] == [("assignment[due_at]", "")]
)
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
