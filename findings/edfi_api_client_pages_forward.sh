#!/usr/bin/env bash
# edfi-api-client 0.4.1 (reads Ed-Fi APIs)
#
# Assumed: `get_rows()` of an API below version 7.3 pages backwards from the last row, so that rows deleted during the
#   reading make no others be missed. Its argument `reverse_paging` is True as it comes, and it logs "Falling back to
#   reverse-offset pagination".
# What happens: it pages forwards. `reverse_paging` is only looked at together with `step_change_version=True`, which
#   is False as it comes. A row deleted from a page already read moves all later rows up by one, and the first row of
#   the next page is never read, although it was there from beginning to end. The count that comes back can even look
#   right: the deleted row stands in for the missing one.
# For grading data: grades and enrollments are deleted while they are read (a student leaves a section during a nightly
#   run). One that nobody touched is then missing, and a comparison takes it for deleted. Pass step_change_version=True
#   with both change versions, which really does page backwards, or read a snapshot.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check --no-deps \
    edfi-api-client==0.4.1 requests==2.34.2 urllib3==2.8.0 idna==3.20 certifi==2026.10.19.post1 charset-normalizer==3.5.3
venv/bin/python - <<'EOF'
import importlib.metadata
import json
import logging
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlparse

from edfi_api_client import EdFiClient

grades, offsets = [], []


class EdFiApi(BaseHTTPRequestHandler):
    """An Ed-Fi ODS/API 6.2 in which the first grade is deleted after the first page was read."""

    def do_GET(self):
        url = urlparse(self.path)
        if "/data/" not in url.path:
            self.answer({"version": "6.2", "apiMode": "Shared Instance", "urls": {}})
            return
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        limit, offset = int(query.get("limit", 25)), int(query.get("offset", 0))
        if limit == 0:
            self.answer([], total=len(grades))
            return
        self.answer(grades[offset : offset + limit])
        offsets.append(offset)
        if len(offsets) == 1:
            grades.pop(0)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer({"access_token": "a-token", "token_type": "bearer", "expires_in": 1800})

    def answer(self, content, total=None):
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if total is not None:
            self.send_header("Total-Count", str(total))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


for package in ("edfi-api-client", "requests"):
    print(package, importlib.metadata.version(package))
said = []
handler = logging.Handler()
handler.emit = lambda record: said.append(record.getMessage())
logging.getLogger("edfi_api_client").addHandler(handler)
server = HTTPServer(("127.0.0.1", 0), EdFiApi)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = EdFiClient(f"http://127.0.0.1:{server.server_port}", "a-key", "a-secret")


def read(**options):
    grades[:] = [{"id": n} for n in range(7)]
    offsets.clear()
    rows = [row["id"] for row in client.resource("grades", **params).get_rows(page_size=2, **options)]
    missing = sorted({grade["id"] for grade in grades} - set(rows))
    print(f"  {options or 'as it comes'}: offsets {offsets}, {len(rows)} rows; there all along but not read: {missing}")
    return offsets[0], missing


params = {}
as_it_comes = read()
promised = any("reverse-offset" in line for line in said)
print("  its log speaks of reverse-offset pagination:", promised)
params = {"min_change_version": 0, "max_change_version": 9}
backwards = read(step_change_version=True)
server.shutdown()
print("Assumed: both page backwards and read grade 2. Happened: as it comes, it pages forwards and misses grade 2.")
as_found = promised and as_it_comes == (0, [2]) and backwards[0] > 0 and backwards[1] == []
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
