#!/usr/bin/env bash
# ceds-jsonld 1.9.0 (turns rows of a student information system into CEDS JSON-LD)
#
# Assumed: the id of a district, school or student goes into its document's @id as it is written in the source; the
#   step named `int_clean` in the built-in mappings only takes off the ".0" that pandas puts on whole numbers, and
#   "non-numeric values pass through unchanged", as its description says.
# What happens: whatever Python's int() or float() can read is rewritten as a whole number. Leading zeros go, so do
#   decimals; letters go where they read as an exponent (12E4 becomes 120000), and underscores inside digits go too.
#   Different districts get one @id, so to whatever reads the documents they are one. No warning, no error.
# For grading data: the federal ids of seven states' schools and districts begin with 0 (Alabama 01 … Connecticut 09),
#   and local course, section and student numbers have leading zeros and an E between digits. Joined back to the
#   source they match nothing, or another course's rows.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check --no-deps \
    ceds-jsonld==1.9.0 pandas==2.3.3 numpy==2.3.5 python-dateutil==2.9.0.post0 six==1.17.0 pytz==2026.6 tzdata==2026.6 \
    pyarrow==26.0.1 pyyaml==6.0.3 rdflib==7.6.0 pyparsing==3.3.2
venv/bin/python - <<'EOF'
import importlib.metadata
import sys

from ceds_jsonld import DictAdapter, Pipeline, ShapeRegistry

print("ceds-jsonld", importlib.metadata.version("ceds-jsonld"))
ids = ["0100005", "100005", "12E4", "120000", "31_07", "3107", "451.2", "451", "7A9"]
registry = ShapeRegistry()
registry.load_shape("lea")
rows = [{"LEAId": id_, "LEAName": f"District {id_}"} for id_ in ids]
documents = list(Pipeline(source=DictAdapter(rows), shape="lea", registry=registry).stream())
found = {}
for document in documents:
    name = document["hasOrganizationTitle"]["NameOfInstitution"].removeprefix("District ")
    found[name] = document["@id"].removeprefix("cepi:lea/")
for id_ in ids:
    print(f"  LEAId {id_:>8} → @id {found[id_]}")
print(f"Assumed: {len(ids)} districts, {len(ids)} ids. Happened: {len(set(found.values()))} ids.")
as_found = found == {
    "0100005": "100005",
    "100005": "100005",
    "12E4": "120000",
    "120000": "120000",
    "31_07": "3107",
    "3107": "3107",
    "451.2": "451",
    "451": "451",
    "7A9": "7A9",
}
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
