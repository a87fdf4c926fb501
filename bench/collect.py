"""Asking a service for many records: the product's side, and bare httpx without any distance."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from measured import Measured

CONFIG = """
[sources.remote]
kind = "http"
url = "{url}/people/{{id}}"
contact = "bench@example.org"
purpose = "a measurement"
retention = "1d"
limits = {{ spacing = 0 }}
watch = {{ file = "ids.txt" }}
"""


def prepare(folder: Path, profiles: int) -> None:
    ids = "".join(f"p{number}\n" for number in range(profiles))
    (folder / "ids.txt").write_text(ids, encoding="utf-8")


def collected(folder: Path) -> Measured:
    """Ask for each record, keep it, and write the file of the day."""
    # The baseline holds nothing of the product.
    from monitor.base.settings import load_settings  # noqa: PLC0415
    from monitor.intake.collecting.client import Clock  # noqa: PLC0415
    from monitor.operations.collecting import collect_source  # noqa: PLC0415

    with served() as url, TemporaryDirectory(dir=folder) as made:
        root = Path(made)
        (root / "ids.txt").symlink_to(folder / "ids.txt")
        (root / "config.toml").write_text(CONFIG.format(url=url), encoding="utf-8")
        settings = load_settings(root / "config.toml")
        began = time.perf_counter()
        done = collect_source(settings, "remote", clock=Clock())
        seconds = time.perf_counter() - began
        (file,) = done.written
        people = len(file.read_bytes().splitlines())
    return Measured(seconds={"all": seconds}, result=people)


def bare(folder: Path) -> Measured:
    """Ask for each record with one client, and decode it."""
    import httpx  # noqa: PLC0415 -- so that the other side holds it as it is used there

    with served() as url, httpx.Client() as client:
        began = time.perf_counter()
        found = [
            client.get(f"{url}/people/{person}").json()
            for person in (folder / "ids.txt").read_text(encoding="utf-8").split()
        ]
        seconds = time.perf_counter() - began
    return Measured(seconds={"all": seconds}, result=len(found))


@contextmanager
def served() -> Iterator[str]:
    """Run the service in a process of its own."""
    with subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        yield f"http://127.0.0.1:{running.stdout.readline().strip()}"
        running.kill()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        person = self.path.rpartition("/")[2]
        positions = [{"organization": f"Example {number}", "start": "2020"} for number in range(5)]
        body = json.dumps({"id": person, "name": person, "positions": positions}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        print(server.server_port, flush=True)
        server.serve_forever()
