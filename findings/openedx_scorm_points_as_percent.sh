#!/usr/bin/env bash
# openedx-scorm-xblock 19.0.5 (SCORM packages as graded parts of an Open edX course; with XBlock 6.1.0)
#
# Assumed: a SCORM 2004 package that reports 18 of 20 points gets 90 % of the part's points. `cmi.score.raw` is any number
#   between the package's own `cmi.score.min` and `cmi.score.max`; `cmi.score.scaled` is the same result made comparable.
# What happens: raw is divided by 100, whatever min and max are. 18 of 20 becomes 1.8 of 10, and 200 of 250 becomes 20 of
#   10. Both raw and scaled set the grade, so the one that the package happens to write last stays: the same result is
#   9 of 10 where scaled comes last and 1.8 where raw does. A package that reports percent as its points is right either
#   way, which is why it goes unseen.
# For grading data: a whole class has a fifth of its points, or twice the possible ones, while the package's own pages say
#   90 %. Have packages report percent, or compare raw and max in the stored state with the grade.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check --no-deps \
    openedx-scorm-xblock==19.0.5 XBlock==6.1.0 web-fragments==4.0.0 WebOb==1.8.11 Django==5.2.19 asgiref==3.13.0 \
    sqlparse==0.6.1 fs==2.4.16 appdirs==1.4.4 six==1.17.0 setuptools==75.8.0 lxml==6.1.3 Mako==1.4.3 MarkupSafe==3.0.4 \
    python-dateutil==2.9.0.post0 pytz==2026.6 PyYAML==6.0.4 simplejson==4.3.0
venv/bin/python -W ignore - <<'EOF'
import importlib.metadata
import json
import sys

import django
from django.conf import settings

settings.configure()
django.setup()

from openedxscorm.scormxblock import ScormXBlock  # noqa: E402
from webob import Request  # noqa: E402
from xblock.field_data import DictFieldData  # noqa: E402
from xblock.fields import ScopeIds  # noqa: E402
from xblock.test.tools import TestRuntime  # noqa: E402

for package in ("openedx-scorm-xblock", "XBlock"):
    print(package, importlib.metadata.version(package))
POINTS = 10.0
published = []


class Platform(TestRuntime):
    """Keeps the grades that a block hands to the platform."""

    def publish(self, block, event_type, event_data):
        if event_type == "grade":
            published.append((round(event_data["value"], 2), event_data["max_value"]))


platform = Platform(services={"field-data": DictFieldData({})})


def grade(*score):
    """What the platform gets when a package writes these elements of its score, in this order, and is done."""
    published.clear()
    fields = DictFieldData({"weight": POINTS, "has_score": True, "scorm_version": "SCORM_2004"})
    block = ScormXBlock(platform, fields, ScopeIds("31", "scorm", "definition", "usage"))
    done = [("cmi.completion_status", "completed"), ("cmi.success_status", "passed")]
    body = json.dumps([{"name": name, "value": value} for name, value in [*score, *done]]).encode()
    block.scorm_set_values(Request.blank("/", method="POST", body=body))
    return published[-1]


def points(raw, maximum):
    return [("cmi.score.min", "0"), ("cmi.score.max", maximum), ("cmi.score.raw", raw)]


SCALED = ("cmi.score.scaled", "0.9")
found = {
    "90 of 100": grade(*points("90", "100")),
    "18 of 20": grade(*points("18", "20")),
    "200 of 250": grade(*points("200", "250")),
    "18 of 20, then 0.9 scaled": grade(*points("18", "20"), SCALED),
    "0.9 scaled, then 18 of 20": grade(SCALED, *points("18", "20")),
}
for case, (value, maximum) in found.items():
    print(f"  {case:26} {value} of {maximum}")
print("Assumed: 9 of 10, and 8 of 10 for 200 of 250. Happened: 1.8 and 20, and the order decides.")
as_found = list(found.values()) == [(9, POINTS), (1.8, POINTS), (20, POINTS), (9, POINTS), (1.8, POINTS)]
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
