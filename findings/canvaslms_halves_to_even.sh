#!/usr/bin/env bash
# canvaslms 6.24 (Canvas from the command line), its grade summary `conjunctavg`
#
# Assumed: the average of letter grades rounds halves one way. The module's own description says "standard rounding",
#   and that an A and a B make an A.
# What happens: grades become 5 (A) to 1 (E) and Python's round() rounds halves to the even number, so to B and D. An
#   A and a B make a B, not the A that is promised; a B and a C make a B too; a C and a D, and a D and an E, make a D.
#   C can never come out of a half, nor A: the same "half a grade" lifts one student and lowers the next.
# For grading data: rounding to even is meant for sums over many values; for one student's final grade it decides by
#   which letter is even. Where a scale's halves must go up, say so in the code, and test each border, not one.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check canvaslms==6.24 canvasapi==3.6.0
venv/bin/python - <<'EOF'
import importlib.metadata
import sys

from canvaslms.grades import conjunctavg

print("canvaslms", importlib.metadata.version("canvaslms"), "on Python", sys.version.split()[0])
halves = {pair: conjunctavg.a2e_average(list(pair)) for pair in ("AB", "BC", "CD", "DE")}
assumed = {"AB": "A", "BC": "B", "CD": "C", "DE": "D"}
for pair, grade in halves.items():
    print(f"  {' and '.join(pair)}: assumed {assumed[pair]}, got {grade}")
promised = "an A and a B\n     will result in an A" in (conjunctavg.__doc__ or "")
print("Its description promises an A for an A and a B:", promised)
as_found = promised and halves == {"AB": "B", "BC": "B", "CD": "D", "DE": "D"}
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
