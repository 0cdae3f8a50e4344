#!/usr/bin/env bash
# openedx-cmi5-xblock 0.1.3 (cmi5 packages as graded parts of an Open edX course; with XBlock 6.1.0)
#
# Assumed: a "passed" statement without a score gives the part's full points, or none, and never more than it is worth.
# What happens: where `result.score.scaled` is missing, the part's points are taken in its place, and the result is then
#   multiplied by the part's points like every scaled score. A part of 10 points publishes 100 of 10, one of 5 gives 25
#   of 5, and one of half a point a quarter. A part of 1 point, which is what a new part has, hides it: 1 of 1. cmi5
#   asks for no score in "passed", and for no scaled one beside raw, min and max; 12 of 20 points becomes 100 of 10 too.
# For grading data: whoever passes a part without a scaled score has ten times its points and makes up for everything
#   else in the category. Look for earned above possible in the grade report; the sums alone do not show it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check --no-deps \
    openedx-cmi5-xblock==0.1.3 XBlock==6.1.0 web-fragments==4.0.0 WebOb==1.8.11 Django==5.2.19 asgiref==3.13.0 \
    sqlparse==0.6.1 fs==2.4.16 appdirs==1.4.4 six==1.17.0 setuptools==75.8.0 lxml==6.1.3 Mako==1.4.3 MarkupSafe==3.0.4 \
    python-dateutil==2.9.0.post0 pytz==2026.6 PyYAML==6.0.4 simplejson==4.3.0 requests==2.34.2 urllib3==2.8.0 \
    idna==3.20 certifi==2026.10.19.post1 charset-normalizer==3.5.3
venv/bin/python -W ignore - <<'EOF'
import importlib.metadata
import json
import sys

import django
from django.conf import settings

settings.configure()
django.setup()

from openedx_cmi5_xblock.openedx_cmi5_xblock import CMI5XBlock  # noqa: E402
from webob import Request  # noqa: E402
from xblock.field_data import DictFieldData  # noqa: E402
from xblock.fields import ScopeIds  # noqa: E402
from xblock.test.tools import TestRuntime  # noqa: E402

for package in ("openedx-cmi5-xblock", "XBlock"):
    print(package, importlib.metadata.version(package))
published = []


class Platform(TestRuntime):
    """Keeps the grades that a block hands to the platform."""

    def publish(self, block, event_type, event_data):
        if event_type == "grade":
            published.append((event_data["value"], event_data["max_value"]))


platform = Platform(services={"field-data": DictFieldData({})})
CATEGORIES = ("https://w3id.org/xapi/cmi5/context/categories/cmi5", "https://w3id.org/xapi/cmi5/context/categories/moveon")


def grade(points, result):
    """What the platform gets when a package says "passed" with this result, in a part worth that many points."""
    published.clear()
    fields = DictFieldData({"weight": points, "has_score": True})
    block = CMI5XBlock(platform, fields, ScopeIds("31", "cmi5", "definition", "usage"))
    statement = {
        "id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "timestamp": "2026-09-14T12:00:00Z",
        "actor": {"objectType": "Agent", "account": {"homePage": "https://school.invalid", "name": "31"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed", "display": {"en": "passed"}},
        "object": {"objectType": "Activity", "id": "https://school.invalid/unit/1"},
        "result": {"success": True, "duration": "PT20M", **result},
        "context": {
            "registration": "b8b1b1f0-3f0e-4c0c-9a51-0d9c3a7c5d11",
            "contextActivities": {"category": [{"id": id_} for id_ in CATEGORIES]},
            "extensions": {"https://w3id.org/xapi/cmi5/context/extensions/sessionid": "a-session"},
        },
    }
    url = "/?statementId=" + statement["id"]
    block.lrs_endpoint(Request.blank(url, method="PUT", body=json.dumps(statement).encode()), "")
    return published[-1]


found = {
    "10 points, passed, scaled 0.6": grade(10.0, {"score": {"scaled": 0.6}}),
    "10 points, passed, 12 of 20": grade(10.0, {"score": {"raw": 12, "min": 0, "max": 20}}),
    "10 points, passed": grade(10.0, {}),
    "5 points, passed": grade(5.0, {}),
    "1 point, passed": grade(1.0, {}),
    "half a point, passed": grade(0.5, {}),
}
for case, (value, maximum) in found.items():
    print(f"  {case:30} {value} of {maximum}")
print("Assumed: never above the part's points. Happened: the square of them, 100 of 10.")
as_found = list(found.values()) == [(6, 10), (100, 10), (100, 10), (25, 5), (1, 1), (0.25, 0.5)]
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
