#!/usr/bin/env bash
# polars 2.1.0 and DuckDB 2.0.1
#
# Assumed: a weight and a score as exact decimals multiply exactly, as decimals do in SQL; and an expression and its
#   counterpart in polars' own SQL give the same.
# What happens: polars' `*` on decimals rounds each product to the larger scale of its two factors (0.35 × 88.7 =
#   31.045 becomes 31.04, half to even). `(weight * score).sum()` and `weight.dot(score)` add up the rounded parts. The
#   same product in `pl.DataFrame.sql` and in DuckDB keeps the scales' sum (31.045). The means of decimals are floats.
# For grading data: four categories are enough to move a course's grade over a border: 89.50 is an A by DuckDB and by
#   polars' SQL, and 89.49, a B, by polars' expressions. Nothing is raised, as no digit is beyond what a decimal holds.
#   Widen the scale of one factor first: weight.cast(pl.Decimal(38, 6)) * score.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check --no-deps polars==2.1.0 polars-runtime-32==2.1.0 duckdb==2.0.1
venv/bin/python - <<'EOF'
import sys
from decimal import Decimal

import duckdb
import polars as pl

print("polars", pl.__version__, "and DuckDB", duckdb.__version__)
weights = [Decimal(text) for text in ("0.15", "0.15", "0.35", "0.35")]
scores = [Decimal(text) for text in ("88.6", "90.4", "88.7", "90.3")]
categories = pl.DataFrame(
    {"weight": weights, "score": scores}, schema={"weight": pl.Decimal(3, 2), "score": pl.Decimal(4, 1)}
)
weight, score = pl.col("weight"), pl.col("score")
database = duckdb.connect()
database.execute("create table categories (weight decimal(3, 2), score decimal(4, 1))")
database.executemany("insert into categories values (?, ?)", list(zip(weights, scores, strict=True)))
grades = {
    "Python's Decimal": sum(w * s for w, s in zip(weights, scores, strict=True)),
    "DuckDB": database.execute("select sum(weight * score) from categories").fetchall()[0][0],
    "polars, SQL": categories.sql("select sum(weight * score) as grade from self").item(),
    "polars, (weight * score).sum()": categories.select((weight * score).sum()).item(),
    "polars, weight.dot(score)": categories.select(weight.dot(score)).item(),
    "polars, a wider scale first": categories.select((weight.cast(pl.Decimal(38, 6)) * score).sum()).item(),
}
for how, grade in grades.items():
    print(f"  {how:32} {grade:.3f} {'A' if grade >= Decimal('89.5') else 'B'}")
print("Assumed: 89.500 six times. Happened: 89.490 by two of polars' ways.")
exact = Decimal("89.5")
as_found = list(grades.values()) == [exact, exact, exact, Decimal("89.49"), Decimal("89.49"), exact]
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
