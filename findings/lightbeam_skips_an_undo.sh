#!/usr/bin/env bash
# lightbeam 0.1.12 (sends JSON to Ed-Fi APIs), with its `state_dir` set (it warns where it is not)
#
# Assumed: lightbeam leaves out what the API already holds, and sends what differs from it. So a value that is changed
#   and then put back arrives all three times.
# What happens: it remembers a hash of every line it has EVER sent with success, not the last one for each record. The
#   line with the old value was sent once, so it counts as done: 100, then 50, then 100 again leaves 50 in the API.
#   The log calls the line "previously processed", and the exit code 99 stands for "all payloads skipped", which reads
#   as "no change". The API itself would have taken it: an Ed-Fi POST of a known key is an update.
# For grading data: an undo is exactly such a value. Points, weights or dates that were changed by mistake and put back
#   stay wrong in the Ed-Fi API, for as long as the state folder is kept. Undo with `--force`, and read back.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    lightbeam==0.1.12 aiohttp==3.14.5 aiohttp-retry==2.9.1 jsonschema==4.26.0 requests==2.34.2
venv/bin/python - <<'EOF'
import importlib.metadata
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

entries = {}  # what the API holds: natural key → payload


class EdFiApi(BaseHTTPRequestHandler):
    """As much of an Ed-Fi ODS/API as lightbeam asks for when it sends."""

    def do_GET(self):
        root = f"http://127.0.0.1:{self.server.server_port}"
        if self.path == "/metadata/data/v3/dependencies":
            self.answer(200, [{"resource": "/ed-fi/gradebookEntries", "order": 1, "operations": ["Create", "Update"]}])
        else:
            paths = {
                "oauth": "/oauth/token",
                "dependencies": "/metadata/data/v3/dependencies",
                "openApiMetadata": "/metadata/",
            }
            self.answer(200, {"version": "7.2", "urls": {name: root + path for name, path in paths.items()}})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/oauth/token":
            self.answer(200, {"access_token": "a-token", "token_type": "bearer", "expires_in": 1800})
            return
        payload = json.loads(body)
        key = payload["namespace"], payload["gradebookEntryIdentifier"]
        known = key in entries
        entries[key] = payload
        self.answer(200 if known else 201, None)

    def answer(self, status, content):
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


for package in ("lightbeam", "aiohttp", "requests"):
    print(package, importlib.metadata.version(package))
server = HTTPServer(("127.0.0.1", 0), EdFiApi)
threading.Thread(target=server.serve_forever, daemon=True).start()
Path("data").mkdir()
Path("state").mkdir()
Path("lightbeam.yaml").write_text(f"""
data_dir: ./data
state_dir: ./state
namespace: ed-fi
edfi_api:
  base_url: http://127.0.0.1:{server.server_port}
  version: 3
  mode: shared_instance
  client_id: an-id
  client_secret: a-secret
connection:
  verify_ssl: true
""")


def send(points, *options):
    entry = {
        "namespace": "uri://district.invalid",
        "gradebookEntryIdentifier": "unit-1-test",
        "sourceSectionIdentifier": "0451-1",
        "title": "Unit 1 test",
        "dateAssigned": "2026-09-14",
        "maxPoints": points,
    }
    Path("data/gradebookEntries.jsonl").write_text(json.dumps(entry) + "\n")
    command = [str(Path(sys.executable).with_name("lightbeam")), "send", "-c", "lightbeam.yaml", *options]
    code = subprocess.run(command, capture_output=True, timeout=120).returncode
    (held,) = (payload["maxPoints"] for payload in entries.values())
    print(f"  send maxPoints {points:3} {' '.join(options):8} exit code {code:2}; the API holds {held}")
    return code, held


runs = [send(100), send(50), send(100), send(100, "--force")]
server.shutdown()
print("Assumed: the third run puts 100 back. Happened: it sends nothing; 50 stays until --force.")
as_found = runs == [(0, 100), (0, 50), (99, 50), (0, 100)]
sys.exit(0 if as_found else "This behaviour has changed.")
EOF
