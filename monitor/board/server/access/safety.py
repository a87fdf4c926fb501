"""What keeps the board safe, whatever a page does: who may ask, by which name, and the headers."""

import re
from collections.abc import Collection, MutableMapping
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.base.settings import Settings
from monitor.board.server.access.readers import LOOPBACK, Access

POLICY = "; ".join(  # noqa: FLY002 -- one directive a line
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
"""No script at all, our own style sheet, and nothing from any other host."""
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-cache",
}
READER = "talentwatch.reader"
"""Where in the scope of a request stands who asks."""
OPEN = frozenset({"/login", "/style.css", "/icon.svg", "/healthz"})
"""What shows nothing that is known, and so is shown to everybody."""
_NAME = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::[0-9]{1,5})?")
"""A host and, it may be, its port."""


def known_hosts(settings: Settings) -> frozenset[str]:
    """The names by which the board may be asked: of this machine, its address, and `board_url`."""
    named = urlsplit(settings.board_url or "").hostname
    return LOOPBACK | {settings.board.host.lower()} | ({named.lower()} if named else set())


class Guard:
    """Refuses who may not ask, and puts the headers on every answer, errors too.

    A page of another site can reach this machine by a name of its own that it lets point here; what
    such a request calls us is not one of our names.
    """

    def __init__(
        self, app: ASGIApp, stranger: ASGIApp, access: Access, hosts: Collection[str]
    ) -> None:
        self._app = app
        self._stranger = stranger
        self._access = access
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers; who may not ask is answered as a stranger."""
        if scope["type"] != "http":
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                _put_headers(message)
            await send(message)

        if _host(scope) not in self._hosts:
            refused = PlainTextResponse(
                "This is no name of the board: set board_url to the address it is asked by.\n",
                status_code=421,
            )
            await refused(scope, receive, sent)
            return
        reader = self._access.reader(scope)
        scope[READER] = reader
        answers = self._stranger if reader is None and scope["path"] not in OPEN else self._app
        await answers(scope, receive, sent)


def _put_headers(message: MutableMapping[str, Any]) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in HEADERS.items():
        headers[name] = value


def _host(scope: Scope) -> str | None:
    named = Headers(scope=scope).getlist("host")
    parts = _NAME.fullmatch(named[0].lower()) if len(named) == 1 else None
    return parts and (parts[1] or parts[2])


def own_address(address: str, *, otherwise: str = "/") -> str:
    """Return an address if a browser stays on the board when it follows it; else another one."""
    is_own = address.startswith("/") and not address.startswith(("//", "/\\"))
    return quote(address, safe="/?&=%.~+-_") if is_own else otherwise


def is_of_the_same_origin(headers: Headers) -> bool:
    """Whether a form was sent from a page of the board, as far as the browser says.

    Its Origin names the host that is asked. Where pages send no referrer browsers hide the origin,
    and say in Sec-Fetch-Site alone where the form was.
    """
    fetched = headers.get("sec-fetch-site", "same-origin")
    said = headers.get("origin", "null")
    if said == "null":
        return headers.get("sec-fetch-site") == "same-origin"
    try:
        origin = urlsplit(said)
    except ValueError:
        return False
    return fetched == "same-origin" and (
        origin.scheme in {"http", "https"}
        and bool(origin.netloc)
        and origin.netloc.lower() == headers.get("host", "").lower()
    )
