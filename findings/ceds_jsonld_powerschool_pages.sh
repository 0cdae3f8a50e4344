#!/usr/bin/env bash
# ceds-jsonld 1.9.0 (with httpx 0.28.1), its `powerschool_adapter`
#
# Assumed: the adapter made for PowerSchool reads all rows of a resource, page by page, as its iterator promises.
# What happens: PowerSchool's `page` is the number of a page (1, 2, 3 …). The adapter counts rows in it: it asks for
#   page 0, then for page 100, then 200. A district with fewer than 100 pages has no page 100, gets an empty answer,
#   and the adapter takes that for the end. Only the first page is ever read, and nothing says that rows are missing.
#   At most one page size, 100 rows as it comes, is what any district gets.
# For grading data: a list of sections or enrollments that was read this way looks whole, and a comparison with it
#   reports every section after the hundredth as gone. Compare the number of rows with what PowerSchool
#   itself shows before anything follows from it.
#
# The server below pages as PowerSchool does (the first page is number 1). What PowerSchool says to a page number of 0
# was not seen; it is taken as the first page here, the answer kindest to the adapter.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check --no-deps \
    ceds-jsonld==1.9.0 pandas==2.3.3 numpy==2.3.5 python-dateutil==2.9.0.post0 six==1.17.0 pytz==2026.6 tzdata==2026.6 \
    pyarrow==26.0.1 pyyaml==6.0.3 rdflib==7.6.0 pyparsing==3.3.2 \
    httpx==0.28.1 httpcore==1.0.9 h11==0.16.0 anyio==4.16.0 idna==3.20 certifi==2026.10.19.post1 typing_extensions==4.16.0
venv/bin/python - <<'EOF'
import importlib.metadata
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlparse

from ceds_jsonld import powerschool_adapter

SECTIONS = [{"id": n, "section_number": str(n)} for n in range(1, 251)]
asked = []


class District(BaseHTTPRequestHandler):
    def do_GET(self):
        query = parse_qs(urlparse(self.path).query)
        page, size = int(query["page"][0]), int(query["pagesize"][0])
        asked.append(page)
        start = (max(page, 1) - 1) * size
        body = json.dumps({"sections": {"section": SECTIONS[start : start + size]}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


for package in ("ceds-jsonld", "httpx"):
    print(package, importlib.metadata.version(package))
server = HTTPServer(("127.0.0.1", 0), District)
threading.Thread(target=server.serve_forever, daemon=True).start()
adapter = powerschool_adapter(f"http://127.0.0.1:{server.server_port}", "a-token", "sections")
rows = list(adapter.read())
server.shutdown()
print(f"The district has {len(SECTIONS)} sections on 3 pages. Pages asked for: {asked}.")
print(f"Assumed: {len(SECTIONS)} rows. Happened: {len(rows)} rows and no error.")
sys.exit(0 if (len(rows), asked) == (100, [0, 100]) else "This behaviour has changed.")
EOF
