"""A real S3 server on loopback (moto's, a process of its own), and one before it that fails."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Event, Thread
from typing import Any

from story import World

from monitor.base.settings.parts import BucketSettings, bucket_address
from monitor.intake.snapshots.storing.bucket import Bucket

PATIENCE = 300
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "tester",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
_NUMBERS = count(1)
Fault = Callable[[str, str], str | None]
"""Takes method and path of a request; says what befalls it, or None."""


@dataclass(frozen=True)
class ObjectServer:
    """An S3 server."""

    port: int

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def new_bucket(self, *, keeps_versions: bool = False) -> str:
        """Make a bucket, and return its name."""
        name = f"watch-{os.getpid()}-{next(_NUMBERS)}"
        self.ask("PUT", f"/{name}")
        if keeps_versions:
            status = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
            self.ask("PUT", f"/{name}?versioning", status)
        return name

    def ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        """Make a request as nobody in particular."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        signed = "AWS4-HMAC-SHA256 Credential=tester/20250101/us-east-1/s3/aws4_request"
        try:
            connection.request(method, path, body, {"Authorization": signed})
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status < 300, (method, path, answer.status, text)
            return text
        finally:
            connection.close()

    def objects(self, address: str) -> dict[str, bytes]:
        """Return all objects below an address, by key without its prefix."""
        bucket = self.bucket(address)
        keys = [key for key in bucket.listed("")[0] if not key.startswith(".")]
        return {key: (bucket.read(key) or (b"", ""))[0] for key in keys}

    def bucket(self, address: str) -> Bucket:
        """Return the bucket of an address, asked without anything between."""
        there = bucket_address(address)
        assert there is not None
        return Bucket(address=there, settings=BucketSettings(endpoint=self.endpoint))


@contextmanager
def object_server() -> Iterator[ObjectServer]:
    """Start a server as a process, and end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
        try:
            given_up = time.monotonic() + PATIENCE
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    assert process.poll() is None, "the server ended"
                    assert time.monotonic() < given_up, "the server does not listen"
                    time.sleep(0.1)
            yield ObjectServer(port)
        finally:
            process.terminate()


@dataclass
class Between:
    """A server before the real one, which fails as it is told and counts requests."""

    port: int
    fault: Fault = lambda *_: None
    asked: list[tuple[str, str]] = field(default_factory=list)
    reached: Event = field(default_factory=Event)
    """Set when a request is held up for good."""
    ended: Event = field(default_factory=Event)

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def count(self, method: str, part: str = "") -> int:
        """Count the requests of a method whose path has this part."""
        return sum(1 for asked, path in self.asked if asked == method and part in path)


ERRORS = {
    "500": (500, "InternalError", "We encountered an internal error"),
    "denied": (403, "AccessDenied", "Access Denied"),
    "unknown key": (403, "InvalidAccessKeyId", "The key does not exist in our records"),
    "gone": (404, "NoSuchKey", "The specified key does not exist"),
    "not known": (501, "NotImplemented", "A header or query you provided is not implemented"),
    "region": (301, "PermanentRedirect", "must be addressed using the specified endpoint"),
}


class _Handler(BaseHTTPRequestHandler):
    """Forwards a request, or fails as it is told."""

    protocol_version = "HTTP/1.1"
    server: "_Listening"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_request(self) -> None:
        """Forward a request, or fail."""
        there = self.server.there
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        there.asked.append((self.command, self.path))
        fault = there.fault(self.command, self.path)
        if fault in {"hold", "slow"}:
            there.reached.set()
            there.ended.wait(PATIENCE if fault == "hold" else 2)
            self.close_connection = True
        elif fault in ERRORS:
            status, code, said = ERRORS[fault]
            text = f"<Error><Code>{code}</Code><Message>{said}</Message></Error>".encode()
            kind = {"Content-Type": "application/xml", "x-amz-bucket-region": "eu-central-1"}
            self._answer(status, kind, text)
        elif fault == "lost":
            self._answer(200, {"ETag": '"0"'}, b"")
        else:
            answer = self._forwarded(body)
            if fault == "cut":
                self.close_connection = True
            else:
                self._answer(*answer, is_short=fault == "short")

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = do_request  # noqa: N815

    def _forwarded(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = HTTPConnection("127.0.0.1", self.server.behind.port, timeout=PATIENCE)
        try:
            connection.request(self.command, self.path, body, dict(self.headers))
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def _answer(
        self, status: int, headers: dict[str, str], text: bytes, *, is_short: bool = False
    ) -> None:
        self.send_response_only(status)
        length = headers.get("Content-Length") if self.command == "HEAD" else None
        for name, value in headers.items():
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value)
        self.send_header("Content-Length", length or str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text[: len(text) // 2] if is_short else text)
        self.close_connection |= is_short


class _Listening(ThreadingHTTPServer):
    daemon_threads = True
    there: Between
    behind: ObjectServer

    def handle_error(self, *_: Any) -> None:
        """Those who were cut off or killed hear no answer."""


@contextmanager
def between(server: ObjectServer) -> Iterator[Between]:
    """Put a server that can fail before another one.

    A fault is a key of ERRORS, "hold" (never answered), "slow" (answered too late), "cut" (done,
    and the answer breaks off), "lost" (answered as done, and not done) or "short" (the content of
    the answer breaks off).
    """
    with _Listening(("127.0.0.1", 0), _Handler) as listening:
        listening.there, listening.behind = Between(listening.server_port), server
        thread = Thread(target=listening.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield listening.there
        finally:
            listening.there.ended.set()
            listening.shutdown()
            thread.join()


@dataclass
class BucketWorld(World):
    """A watched world whose snapshots are in a bucket."""

    address: str = ""
    endpoint: str = ""
    keys: str = ""
    """More keys of [bucket]."""

    def rewrite(self, **changes: Any) -> None:
        """Write the files of a world, and where its snapshots are."""
        super().rewrite(**changes)
        path = self.root / "config.toml"
        written = path.read_text(encoding="utf-8")
        table = f"\n[bucket]\nendpoint = {json.dumps(self.endpoint)}\n{self.keys}\n"
        path.write_text(f"snapshots = {json.dumps(self.address)}\n{written}{table}", "utf-8")
