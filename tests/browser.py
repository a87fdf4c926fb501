"""A real browser, driven over a pipe: what it shows, says and asks for."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

WAIT = 60


class Browser:
    """One page of a headless Chromium, spoken to by its DevTools protocol."""

    def __init__(self, reader: Any, writer: Any) -> None:
        self._reader, self._writer = reader, writer
        self._number = 0
        self._session: str | None = None
        self._events: list[dict[str, Any]] = []
        self.complaints: list[str] = []
        """What it said on its console."""
        self.requested: list[str] = []
        """Every address that it asked for."""

    def begin(self) -> None:
        """Open an empty page and listen to all that happens on it."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> Any:
        """Send a command and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        self._writer.write(json.dumps(message).encode() + b"\0")
        self._writer.flush()
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer)
                return answer["result"]

    def show(self, address: str, *, width: int = 1280, dark: bool = False) -> None:
        """Open an address in a window so wide, with light or dark colours."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self._events.clear()
        self.call("Page.navigate", url=address)
        self.loaded()

    def loaded(self) -> None:
        """Wait until a page is there."""
        ends = time.monotonic() + WAIT
        while not any(map(_is_shown, self._events)):
            assert time.monotonic() < ends
            self._read()
        self._events.clear()

    def node(self, selector: str) -> int:
        """The number of the first element of the page that fits, which takes no script."""
        root = self.call("DOM.getDocument", depth=0)["root"]["nodeId"]
        found = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        assert found, selector
        return int(found)

    def text(self, selector: str) -> str:
        """The HTML of the first element that fits."""
        return str(self.call("DOM.getOuterHTML", nodeId=self.node(selector))["outerHTML"])

    def click(self, selector: str) -> None:
        """Press the mouse on the first element that fits, and wait for where it leads."""
        node = self.node(selector)
        self.call("DOM.scrollIntoViewIfNeeded", nodeId=node)
        corners = self.call("DOM.getContentQuads", nodeId=node)["quads"][0]
        place = {"x": sum(corners[::2]) / 4, "y": sum(corners[1::2]) / 4}
        self._events.clear()
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)
        self.loaded()

    def back(self) -> None:
        """Go to the page before."""
        history = self.call("Page.getNavigationHistory")
        before = history["entries"][history["currentIndex"] - 1]
        self._events.clear()
        self.call("Page.navigateToHistoryEntry", entryId=before["id"])
        self.loaded()

    def value(self, expression: str) -> Any:
        """Return what an expression is on the page; of a promise, what it keeps."""
        done = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def _read(self) -> dict[str, Any]:
        text = bytearray()
        while (mark := self._reader.read(1)) != b"\0":
            assert mark, "the browser has ended"
            text += mark
        message: dict[str, Any] = json.loads(text)
        method, told = message.get("method", ""), message.get("params", {})
        if method == "Log.entryAdded":
            self.complaints.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")
        elif method in {"Runtime.consoleAPICalled", "Runtime.exceptionThrown"}:
            self.complaints.append(json.dumps(told))
        elif method == "Network.requestWillBeSent":
            self.requested.append(told["request"]["url"])
        elif method.startswith("Page."):
            self._events.append(message)
        return message


def _is_shown(event: dict[str, Any]) -> bool:
    """Whether a page was loaded, or is shown again as it was left."""
    again = event["params"].get("type") == "BackForwardCacheRestore"
    return bool(event["method"] == "Page.loadEventFired" or again)


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """Start a browser, and end it with the block."""
    ours_in, theirs_out = os.pipe()
    theirs_in, ours_out = os.pipe()
    command = [
        *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
        *("--remote-debugging-pipe", f"--user-data-dir={folder}", "--no-first-run"),
    ]
    # The protocol wants the numbers 3 and 4; the shell puts the pipes there.
    script = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
    with (
        open(ours_in, "rb") as reader,  # noqa: PTH123 -- a pipe
        open(ours_out, "wb") as writer,  # noqa: PTH123 -- a pipe
        subprocess.Popen(
            ["/bin/bash", "-c", script, "bash", *command],
            pass_fds=(theirs_in, theirs_out),
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        ) as process,
    ):
        os.close(theirs_in)
        os.close(theirs_out)
        # A browser that says nothing more ends, and the test with it.
        watch = threading.Timer(5 * WAIT, process.kill)
        watch.start()
        try:
            page = Browser(reader, writer)
            page.begin()
            yield page
        finally:
            watch.cancel()
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
