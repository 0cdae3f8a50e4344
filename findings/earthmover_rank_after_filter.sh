#!/usr/bin/env bash
# earthmover 0.4.10 (with pandas 2.2.3, dask 2024.8.2)
#
# Assumed: `group_by_with_rank` numbers the rows of each group 0, 1, 2 … in the order they stand in, also when rows
#   were filtered out by the operation before it.
# What happens: the numbers are counted right, but then laid beside the rows by their index, which `filter_rows` has
#   left with gaps. Each number lands on another row, often of another group, and rows past the end get none. Without
#   the filter, the same operation on the same rows is right. Nothing is raised or logged.
# For grading data: ranks made this way number assignments, terms or a student's attempts ("the first that counts").
#   After an ordinary filter ("only active rows"), the wrong attempt counts, and some rows have no number at all.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check --no-deps \
    earthmover==0.4.10 pandas==2.2.3 dask==2024.8.2 dask-expr==1.1.13 numpy==2.3.5 pyarrow==26.0.1 \
    jinja2==3.1.6 markupsafe==3.0.3 networkx==3.6.1 pyyaml==6.0.3 fsspec==2026.9.0 cloudpickle==3.1.3 \
    toolz==1.2.0 partd==1.4.2 locket==1.0.0 click==8.5.1 packaging==26.4 importlib-metadata==8.7.0 \
    zipp==4.1.2 python-dateutil==2.9.0.post0 six==1.17.0 pytz==2026.6 tzdata==2026.6 requests==2.34.2 \
    urllib3==2.8.0 idna==3.20 certifi==2026.10.19.post1 charset-normalizer==3.5.3 setuptools==80.10.2

cat > all.csv <<'EOF'
student,active,points
1,no,10
1,yes,61
1,yes,62
2,no,20
2,yes,71
2,yes,72
2,yes,73
EOF
(head -1 all.csv; grep ,yes, all.csv) > active.csv  # the same rows as the filter keeps, kept by other means
echo '{"student": "{{student}}", "points": {{points}}, "attempt": "{{attempt}}"}' > row.jsont
cat > earthmover.yaml <<'EOF'
version: 2
config:
  output_dir: ./out
sources:
  all:
    file: ./all.csv
    header_rows: 1
  active:
    file: ./active.csv
    header_rows: 1
transformations:
  filtered:
    source: $sources.all
    operations:
      - operation: filter_rows
        query: active == 'yes'
        behavior: include
      - operation: group_by_with_rank
        group_by_columns: [student]
        rank_column: attempt
  unfiltered:
    source: $sources.active
    operations:
      - operation: group_by_with_rank
        group_by_columns: [student]
        rank_column: attempt
destinations:
  filtered:
    source: $transformations.filtered
    template: ./row.jsont
    extension: jsonl
  unfiltered:
    source: $transformations.unfiltered
    template: ./row.jsont
    extension: jsonl
EOF
venv/bin/earthmover run -c earthmover.yaml
venv/bin/python - <<'EOF'
import importlib.metadata
import json
import sys

for package in ("earthmover", "pandas", "dask"):
    print(package, importlib.metadata.version(package))


def attempts(name):
    rows = map(json.loads, open(f"out/{name}.jsonl"))
    return {row["points"]: int(float(row["attempt"])) if row["attempt"] else None for row in rows}


unfiltered, filtered = attempts("unfiltered"), attempts("filtered")
print("points → attempt, counted from 0 (student 1: 61, 62; student 2: 71, 72, 73)")
print("  the same rows without a filter:", unfiltered)
print("  after filter_rows (assumed: the same):", filtered)
as_found = unfiltered == {61: 0, 62: 1, 71: 0, 72: 1, 73: 2} and filtered.keys() == unfiltered.keys()
as_found = as_found and filtered != unfiltered and None in filtered.values()
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
