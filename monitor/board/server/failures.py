"""What is answered where a page cannot be shown: why, as a page or as RFC 9457 has it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.base.errors import TalentwatchError, UsageError
from monitor.base.telemetry import logs
from monitor.board.rendering import environment
from monitor.board.server.errors import (
    BeingCounted,
    Moved,
    NotPublished,
    NotThere,
    WrongSettings,
)
from monitor.board.server.pages import MENU

_BAD, _NOT_THERE, _BROKEN, _NOT_YET = 400, 404, 500, 503
_WORDS = {
    _BAD: "That cannot be asked",
    _NOT_THERE: "There is nothing here",
    405: "That is not done here",
    _BROKEN: "The board failed",
    _NOT_YET: "Nothing to show yet",
}
_AGAIN = {"retry-after": "2", "refresh": "2"}
"""A browser comes again by itself, in this many seconds."""


async def _moved(_: Request, exc: Moved) -> Response:
    return RedirectResponse(exc.path, status_code=308)


def _failed(
    status: int, title: str | None = None, headers: Mapping[str, str] | None = None
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def failed(request: Request, exc: Exception) -> Response:
        return _error(request, status, str(exc), title=title, headers=headers)

    return failed


async def _refused(request: Request, exc: HTTPException) -> Response:
    said = {
        _NOT_THERE: "No page has this address.",
        405: "This address only shows; ask with GET.",
    }.get(exc.status_code, exc.detail)
    return _error(request, exc.status_code, said, headers=exc.headers)


async def _broken(request: Request, exc: Exception) -> Response:
    logs.error(
        "a page broke",
        page=getattr(request.scope.get("route"), "path", ""),
        error=type(exc).__name__,
    )
    return _error(request, _BROKEN, "It is a fault of talentwatch, not of yours.")


def _error(
    request: Request,
    status: int,
    said: str,
    *,
    title: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    title = title or _WORDS.get(status, "That did not work")
    if request.url.path.endswith(".json") or request.url.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": title, "status": status, "detail": said}
        body, written = orjson.dumps(problem), "application/problem+json"
    else:
        page = environment().get_template("pages/error.html")
        text = page.render(title=title, said=said, menu=MENU, here="", foot=None, forms=None)
        body, written = text.encode(), "text/html; charset=utf-8"
    return Response(body, status, headers, media_type=written)


FAILURES: Mapping[Any, Any] = {
    HTTPException: _refused,
    UsageError: _failed(_BAD),
    NotThere: _failed(_NOT_THERE),
    NotPublished: _failed(_NOT_YET),
    WrongSettings: _failed(_NOT_YET, "The configuration has to be mended"),
    BeingCounted: _failed(_NOT_YET, "This is being counted", _AGAIN),
    Moved: _moved,
    TalentwatchError: _failed(_NOT_YET, "This cannot be shown now"),
    Exception: _broken,
}
"""By what went wrong."""
