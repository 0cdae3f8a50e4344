"""Notifications of a queue's jobs: to a real mail server with TLS and a real web server of this machine."""

from __future__ import annotations

import email
import json
import logging
import shutil
import stat
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from email import policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from district_files import file_of, worn_district

import coursepush as cp
from coursepush.errors import QueueError, RequestError
from coursepush.queue.notify import addresses_file, tell_of
from coursepush.queue.states import Job, Status

aiosmtpd = pytest.importorskip("aiosmtpd.controller", reason="pip install coursepush[test]")
pytest.importorskip("apprise", reason="pip install coursepush[notify]")
trustme = pytest.importorskip("trustme", reason="pip install coursepush[test]")

pytestmark = [
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated"),
    pytest.mark.filterwarnings(
        "ignore:Requiring AUTH while not requiring TLS"
    ),  # where all is in TLS from the start
]

SECRET = "Pa55-of-the-mail-server"


@dataclass
class Heard:
    """What a server got. `must_ask`: TLS is begun by asking for it; otherwise the port speaks nothing else."""

    must_ask: bool = False
    said: list[str] = field(default_factory=list[str])
    users: list[str] = field(default_factory=list[str])

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        assert session.ssl is not None or not self.must_ask, "the message came without TLS"
        self.said.append(envelope.content.decode())
        return "250 OK"


@pytest.fixture(scope="module")
def authority() -> Any:
    return trustme.CA()


@pytest.fixture
def trusted(authority: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the mail server."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


@pytest.fixture(params=["ssl", "starttls"])
def mail(request: pytest.FixtureRequest, authority: Any) -> Generator[tuple[str, Heard]]:
    """The address of a mail server that wants TLS, a user and a password, and what it hears."""
    import ssl

    heard = Heard(must_ask=request.param == "starttls")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    more: dict[str, Any] = {"ssl_context": context} if request.param == "ssl" else {
        "tls_context": context, "require_starttls": True
    }  # fmt: skip

    def may_enter(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        from aiosmtpd.smtp import AuthResult

        heard.users.append(data.login.decode())
        return AuthResult(success=data.password.decode() == SECRET)

    server = aiosmtpd.Controller(
        heard, hostname="127.0.0.1", port=0, authenticator=may_enter, auth_required=True,
        auth_require_tls=request.param != "ssl", **more,
    )  # fmt: skip
    looks = server._trigger_server

    def look() -> None:  # whether it is there: at the port that it was given, not at port 0
        server.port = server.server.sockets[0].getsockname()[1]
        looks()

    server._trigger_server = look
    server.start()
    try:
        address = f"mailtos://analyst:{SECRET}@127.0.0.1:{server.port}?from=queue@example.org&to=ana@example.org"
        yield f"{address}&mode={request.param}", heard
    finally:
        server.stop()


@pytest.fixture
def web() -> Generator[tuple[str, Heard]]:
    heard = Heard()

    class Target(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.said.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200 if self.path == "/good" else 500)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Target)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://analyst:{SECRET}@127.0.0.1:{server.server_address[1]}", heard
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return file_of(worn_district(), tmp_path_factory.mktemp("made") / "district.duckdb")


@pytest.fixture
def district(made: Path, tmp_path: Path) -> Generator[cp.District]:
    with cp.open_district(shutil.copy(made, tmp_path / "district.duckdb")) as district:
        yield district


def ended(district: cp.District, status: Status = Status.COMPLETED_WITH_ERRORS) -> Job:
    """A job that came to its end."""
    queue = district.queue
    job = queue.submit(queue.request("plan_links", "High School", year=2027), by="Ana Analyst")
    values = {"status": status, "rows": 236, "could_not": 5, "push_id": 7, "report": "push 7, job 1.html",
              "approved_by": "Dana Director", "note": "The district has moved."}  # fmt: skip
    changed = queue._place.jobs.change(job, "", queue._clock(), **values)
    assert changed is not None
    return changed


def told(district: cp.District) -> str | None:
    tell_of(district.queue._place, district.queue._clock())
    return district.queue.jobs()[-1].told


@pytest.mark.usefixtures("trusted")
def test_a_mail_says_what_came_of_a_job(district: cp.District, mail: tuple[str, Heard]) -> None:
    address, heard = mail
    district.queue.set_notifications(address)
    job = ended(district)
    assert told(district) == "Told by mailtos."
    [text] = heard.said
    message = email.message_from_string(text, policy=policy.default)
    assert message["Subject"] == "Batch queue: job 1 completed with errors (push 7)"
    body = message.get_body(("html", "plain"))
    assert body is not None
    said = body.get_content()
    for words in ("236 rows written; 5 rows could not be pushed.", "Submitted by Ana Analyst.",
                  "Approved by Dana Director.", "High School, 2026-27", "job%201.html"):  # fmt: skip
        assert words in said
    assert "The district has moved" not in said
    assert heard.users == ["analyst"]
    assert district.queue.list()["notified"].to_list() == ["Told by mailtos."]
    assert told(district) == "Told by mailtos."
    assert len(heard.said) == 1, "it is told once"
    assert district.queue.job(job).status == Status.COMPLETED_WITH_ERRORS


def test_a_mail_server_that_is_not_trusted_is_told_nothing(district: cp.District, mail: tuple[str, Heard]) -> None:
    address, heard = mail
    district.queue.set_notifications(address)
    job = ended(district)
    assert "0 of 1 told; not reached: mailtos" in (told(district) or "")
    assert (heard.said, heard.users) == ([], [])
    assert district.queue.job(job).status == Status.COMPLETED_WITH_ERRORS


def test_what_does_not_get_through_is_told_and_the_others_are_reached(
    district: cp.District, web: tuple[str, Heard], caplog: pytest.LogCaptureFixture
) -> None:
    address, heard = web
    caplog.set_level(logging.DEBUG)
    shown = district.queue.set_notifications([f"{address}/good", f"{address}/bad"])
    assert repr(shown) == "<Notifications of jobs (always): json, json>"
    ended(district, Status.FAILED)
    assert told(district) == "1 of 2 told; not reached: json. Look at the address and its server."
    message = json.loads(heard.said[0])
    assert message["title"] == "Batch queue: job 1 failed (push 7)"
    assert "The district has moved." in message["message"]
    everything = "".join([caplog.text, repr(district.queue.notifications()), repr(district.queue.list())])
    assert SECRET not in everything + district.queue.list().page()
    assert district.queue.test_notification() == "Not reached: json."


def test_only_failures_are_told_where_that_was_asked(district: cp.District, web: tuple[str, Heard]) -> None:
    address, heard = web
    district.queue.set_notifications(f"{address}/good", when="failed")
    for status, number in ((Status.COMPLETED, 0), (Status.COMPLETED_WITH_ERRORS, 1), (Status.FAILED, 2)):
        ended(district, status)
        told(district)
        assert len(heard.said) == number
    assert district.queue.set_notifications([]).urls == ()
    with pytest.raises(RequestError, match="Nobody is told yet"):
        district.queue.test_notification()


def test_addresses_are_their_owners_alone_and_shown_nowhere(
    district: cp.District, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for wrong in (f"nonsense://{SECRET}", f"mailto://user:{SECRET}@", f"{SECRET}", ""):
        with pytest.raises(RequestError, match="Address 2 is none") as refused:
            district.queue.set_notifications(["json://127.0.0.1:9", wrong])
        assert SECRET not in str(refused.value) + caplog.text
    district.queue.set_notifications(f"json://{SECRET}@127.0.0.1:9")
    file = addresses_file(district.queue._place)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    district.queue.set_notifications(f"json://{SECRET}@127.0.0.1:9")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text(f'{{"urls": "{SECRET}"')
    with pytest.raises(QueueError, match="cannot be read") as damaged:
        district.queue.notifications()
    assert SECRET not in str(damaged.value)
    ended(district, Status.FAILED)
    assert "Nobody could be told" in (told(district) or "")
    with pytest.raises(RequestError, match="when to tell"):
        district.queue.set_notifications([], when="never")
