#!/usr/bin/env bash
# edx-bulk-grades 2.0.0 (Open edX's gradebook files: download, fill in overrides, upload; with edx-opaque-keys 4.0.0)
#
# Assumed: the file has columns for every graded subsection of the course.
# What happens: a subsection's columns are named after the first 8 characters of its id, and a subsection whose 8
#   characters were there already gets no columns. Ids that Studio makes are random, so it goes well there. Ids in
#   courses that were written or converted as OLX files are words: homework_1, homework_2 and homework_3 are all
#   "homework". The file has the first only, under the right title, and nothing says that two are not there. Asked for
#   homework_2 alone, the file names its columns `…-homework` too: uploaded to the whole course, without that filter, its
#   grades become overrides of homework_1.
# For grading data: a column of grades that is missing looks like a subsection without grades, and an override can reach
#   another assignment. Compare the number of columns with the number of graded subsections, and read the name column.
#
# Open edX itself is not on PyPI; its grades module is stood in for below by a list of subsections with real keys.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check --no-deps \
    edx-bulk-grades==2.0.0 super-csv==5.0.0 edx-opaque-keys==4.0.0 edx-celeryutils==2.0.0 edx-django-utils==8.1.0 \
    Django==5.2.19 asgiref==3.13.0 sqlparse==0.6.1 django-crum==0.7.9 django-model-utils==5.0.0 django-waffle==5.0.0 \
    djangorestframework==3.18.3 jsonfield==3.2.0 celery==5.7.0 kombu==5.7.0 amqp==5.4.2 vine==5.1.0 billiard==4.3.2 \
    tzlocal==5.4.5 tzdata==2026.6 click==8.5.1 click-didyoumean==0.3.1 click-plugins==1.1.1.2 click-repl==0.4.1 \
    prompt_toolkit==3.0.53 wcwidth==0.9.4 python-dateutil==2.9.0.post0 six==1.17.0 simplejson==4.3.0 slumber==0.7.1 \
    pymongo==4.20.1 dnspython==2.9.2 stevedore==5.10.0 psutil==7.2.2 PyNaCl==1.6.2 cffi==2.1.1 pycparser==3.12 \
    packaging==26.4 typing_extensions==4.16.0 requests==2.34.2 urllib3==2.8.0 idna==3.20 certifi==2026.10.19.post1 \
    charset-normalizer==3.5.3
venv/bin/python - <<'EOF'
import importlib.metadata
import sys
from types import ModuleType, SimpleNamespace

import django
from django.conf import settings
from opaque_keys.edx.keys import CourseKey

COURSE = "course-v1:District+ALG1+2026"
TITLES = {
    "homework_1": "Homework 1",
    "homework_2": "Homework 2",
    "homework_3": "Homework 3",
    "unit_test": "Unit test",
    "0b1c2d3e4f5061728394a5b6c7d8e9f0": "Final exam",  # as Studio makes them
}
course_key = CourseKey.from_string(COURSE)
subsections = [
    SimpleNamespace(location=course_key.make_usage_key("sequential", id_), display_name=title, format="Homework")
    for id_, title in TITLES.items()
]
overridden = []


def override(user_id, course_id, block_id, *, earned_graded, **rest):
    overridden.append((block_id.split("@")[-1], earned_graded))


def stand_in(name, **content):
    module = ModuleType(name)
    module.__path__ = []
    module.__dict__.update(content)
    sys.modules[name] = module
    return module


for name in ("lms", "lms.djangoapps", "openedx", "openedx.core", "openedx.core.djangoapps"):
    stand_in(name)
grades_api = stand_in(
    "lms.djangoapps.grades.api",
    graded_subsections_for_course_id=lambda course_id: iter(subsections),
    override_subsection_grade=override,
)
stand_in("lms.djangoapps.grades", api=grades_api)
stand_in("openedx.core.djangoapps.course_groups")
stand_in("openedx.core.djangoapps.course_groups.cohorts", get_cohort=None)
settings.configure(
    SECRET_KEY="a-key",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "super_csv"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()

from bulk_grades.api import GradeCSVProcessor  # noqa: E402

for package in ("edx-bulk-grades", "edx-opaque-keys", "Django"):
    print(package, importlib.metadata.version(package))
PREFIX = "new_override-"


def override_columns(processor):
    return [column for column in processor.columns if column.startswith(PREFIX)]


whole = GradeCSVProcessor(course_id=COURSE)
second = GradeCSVProcessor(course_id=COURSE, subsection=str(subsections[1].location))
columns, of_second = override_columns(whole), override_columns(second)
print(f"  {len(TITLES)} graded subsections, columns for {len(columns)}: {columns}")
print(f"  the file for homework_2 only: {of_second}")
filled_in = dict.fromkeys(second.columns, "") | {"user_id": "31", "course_id": COURSE, of_second[0]: "9"}
whole.process_row(whole.preprocess_row(filled_in))
print(f"  that file with a 9, uploaded to the whole course: {overridden}")
print("Assumed: five subsections, and 9 for homework_2. Happened: three, and 9 for homework_1.")
as_found = (
    columns == [PREFIX + "homework", PREFIX + "unit_tes", PREFIX + "0b1c2d3e"]
    and of_second == [PREFIX + "homework"]
    and overridden == [("homework_1", 9.0)]
)
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
