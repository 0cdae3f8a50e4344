#!/usr/bin/env bash
# great-tables 1.1.0 with columns of polars 2.1.0
#
# Assumed: a formatter changes how a number looks. `fmt_integer` shows a 64-bit whole number as it is, and
#   `fmt_percent` takes the decimals that `fmt_number` takes.
# What happens: `fmt_integer` and `fmt_number` go through a float, so whole numbers above 2^53 come out as others:
#   9007199254740993 as 9007199254740992. The same column without a formatter is shown right. `fmt_percent` cannot
#   multiply a Decimal and raises a TypeError, not when it is called but when the table is drawn, for any decimals and
#   also with scale_values=False. (`fmt_number` keeps all digits of a Decimal, also beyond a float's.)
# For grading data: ids that a system deals out (global ids of a hosted gradebook have 17 digits and more) look right
#   and lead to another row, or none. Show them as text. Weights kept as decimals need `fmt_number` with a pattern of
#   "{x}%".
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check --no-deps polars==2.1.0 polars-runtime-32==2.1.0
venv/bin/pip install -q --disable-pip-version-check great-tables==1.1.0
venv/bin/python - <<'EOF'
import importlib.metadata
import re
import sys
from decimal import Decimal

import polars as pl
from great_tables import GT

for package in ("great-tables", "polars"):
    print(package, importlib.metadata.version(package))


def cells(table):
    return re.findall(r"<td[^>]*>(.*?)</td>", table.as_raw_html())


ids = pl.DataFrame({"id": [9007199254740993, 1234567890123456789]})
plain, formatted = cells(GT(ids)), cells(GT(ids).fmt_integer("id", use_seps=False))
print("  ids without a formatter:", plain)
print("  ids with fmt_integer   :", formatted, "(assumed: the same)")

weights = pl.DataFrame({"weight": [Decimal("33.335"), Decimal("12345678901234567.895")]})
numbers = cells(GT(weights).fmt_number("weight", decimals=3, use_seps=False))
print("  decimals with fmt_number :", numbers)
percents = []
for options in ({}, {"scale_values": False}):
    table = GT(weights).fmt_percent("weight", **options)  # raises nothing yet
    try:
        percents.append(cells(table))
    except TypeError as error:
        percents.append("TypeError")
        print(f"  decimals with fmt_percent {options}: {error} (assumed: percentages)")
as_found = (
    plain == ["9007199254740993", "1234567890123456789"]
    and formatted == ["9007199254740992", "1234567890123456768"]
    and numbers == ["33.335", "12345678901234567.895"]
    and percents == ["TypeError", "TypeError"]
)
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
