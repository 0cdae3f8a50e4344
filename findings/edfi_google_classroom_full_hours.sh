#!/usr/bin/env bash
# edfi-google-classroom-extractor 1.2.2 (the Ed-Fi Alliance's reader of Google Classroom; with pandas 1.5.3) and
# googleapis-common-protos 1.76.0 with protobuf 7.36.2 (Google's own types for dates and times of day)
#
# Assumed: an assignment that has a due date and time in Google Classroom has a DueDateTime in the extractor's files.
# What happens: Google's JSON leaves out numbers that are 0. A time of day of 20:00 is {"hours": 20}, without minutes, and
#   00:30 is {"minutes": 30}. The extractor wants all five parts of a due date and leaves DueDateTime empty where one is
#   missing: whatever is due on a full hour of UTC, or in the hour after midnight UTC, has no deadline. No warning.
# For grading data: "due at 3:00 PM" and "due at 8:00 AM" are full hours in every US time zone; the 11:59 PM that
#   Classroom offers is not, so most rows look right. What is due at the start of a lesson is never late, and in a
#   comparison with the gradebook its due date was taken away. Read hours and minutes with a default of 0.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check --no-deps \
    edfi-google-classroom-extractor==1.2.2 edfi-lms-extractor-lib==1.1.6 edfi-lms-file-utils==1.0.6 \
    pandas==1.5.3 numpy==1.26.4 python-dateutil==2.9.0.post0 six==1.17.0 pytz==2026.6 SQLAlchemy==1.4.54 \
    greenlet==3.5.6 xxhash==2.0.2 opnieuw==1.2.1 tail-recursive==2.1.0 typing_extensions==4.16.0 \
    google-api-python-client==1.12.11 google-api-core==2.44.0 google-auth==2.63.0 google-auth-httplib2==0.4.4 \
    google-auth-oauthlib==0.4.6 googleapis-common-protos==1.76.0 protobuf==7.36.2 proto-plus==1.29.0 httplib2==0.32.1 \
    uritemplate==3.0.1 pyparsing==3.3.3 pyasn1==0.6.5 pyasn1_modules==0.4.2 cryptography==44.0.3 cffi==2.1.1 \
    pycparser==3.12 oauthlib==4.0.1 requests-oauthlib==2.0.0 opentelemetry-api==1.45.2 requests==2.34.2 urllib3==2.8.0 \
    idna==3.20 certifi==2026.10.19.post1 charset-normalizer==3.5.3
venv/bin/python -W ignore - <<'EOF'
import importlib.metadata
import sys

import sqlalchemy
from edfi_google_classroom_extractor.api.coursework import request_all_coursework_as_df
from edfi_google_classroom_extractor.mapping.assignments import coursework_to_assignments_dfs
from google.protobuf.json_format import MessageToDict
from google.type.date_pb2 import Date
from google.type.timeofday_pb2 import TimeOfDay

DUE = {
    "20:30": TimeOfDay(hours=20, minutes=30),
    "20:00": TimeOfDay(hours=20),
    "00:30": TimeOfDay(minutes=30),
    "04:59": TimeOfDay(hours=4, minutes=59),
}
september_14 = MessageToDict(Date(year=2026, month=9, day=14))
coursework = [
    {
        "courseId": "1",
        "id": str(number),
        "title": due,
        "state": "PUBLISHED",
        "creationTime": "2026-08-17T12:00:00Z",
        "updateTime": "2026-08-17T12:00:00Z",
        "maxPoints": 100,
        "workType": "ASSIGNMENT",
        "dueDate": september_14,
        "dueTime": MessageToDict(time),
    }
    for number, (due, time) in enumerate(DUE.items(), start=11)
]


class Classroom:
    """As much of Google's client as the extractor calls: courses().courseWork().list(…).execute()."""

    def courses(self):
        return self

    def courseWork(self):
        return self

    def list(self, courseId):
        return self

    def execute(self):
        return {"courseWork": coursework}


for package in ("edfi-google-classroom-extractor", "pandas", "googleapis-common-protos", "protobuf"):
    print(package, importlib.metadata.version(package))
database = sqlalchemy.create_engine("sqlite://")
read = request_all_coursework_as_df(Classroom(), ["1"], database)
(assignments,) = coursework_to_assignments_dfs(read).values()
found = dict(zip(assignments["Title"], assignments["DueDateTime"].astype(str), strict=True))
for due, time in DUE.items():
    print(f"  due 2026-09-14 {due} UTC, in JSON {MessageToDict(time)}: DueDateTime {found[due]}")
print("Assumed: four due dates. Happened: two; those with a 0 have none.")
as_found = found == {
    "20:30": "2026-09-14 20:30:00",
    "20:00": "NaT",
    "00:30": "NaT",
    "04:59": "2026-09-14 04:59:00",
}
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
