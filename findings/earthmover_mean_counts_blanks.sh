#!/usr/bin/env bash
# earthmover 0.4.10 (the Ed-Fi world's tool that turns tables into JSON; with pandas 2.2.3, dask 2024.8.2)
#
# Assumed: `group_by` with `mean(points)` averages the points that are there, as `min`, `max` and `std` of the same
#   operation do, and as SQL, pandas and every spreadsheet do.
# What happens: `mean` (and `avg`) divides the sum by the number of ROWS. A blank score is left out of the sum, but
#   counted in the divisor, so it pulls the mean down exactly as a zero would. `min` and `max` beside it leave it out,
#   so the mean can be less than the minimum.
# For grading data: a score that is not entered yet, or exempt, is a blank cell. Averages made on the way to an Ed-Fi
#   API show a student with 90 and 80 and one exempt test at 56.7 instead of 85, without a warning.
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

cat > scores.csv <<'EOF'
student,test,points
1,unit 1,90
1,unit 2,
1,unit 3,80
2,unit 1,100
2,unit 2,70
2,unit 3,70
EOF
echo '{"student": "{{student}}", "mean": {{mean}}, "lowest": {{lowest}}, "rows": {{rows}}}' > row.jsont
cat > earthmover.yaml <<'EOF'
version: 2
config:
  output_dir: ./out
sources:
  scores:
    file: ./scores.csv
    header_rows: 1
transformations:
  means:
    source: $sources.scores
    operations:
      - operation: group_by
        group_by_columns: [student]
        create_columns:
          mean: mean(points)
          lowest: min(points)
          rows: count()
destinations:
  means:
    source: $transformations.means
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
means = {row["student"]: row for row in map(json.loads, open("out/means.jsonl"))}
one, two = means["1"], means["2"]
print(f"Student 2 (100, 70, 70): mean {two['mean']:.2f}, lowest {two['lowest']}")
print(f"Student 1 (90, blank, 80): mean {one['mean']:.2f}, lowest {one['lowest']}; assumed: mean 85, lowest 80")
as_found = abs(two["mean"] - 80) < 1e-9 and abs(one["mean"] - 170 / 3) < 1e-9 and one["lowest"] == 80
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
