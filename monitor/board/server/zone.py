"""The reader's time zone: asked for by an address, and kept for the pages after it."""

from starlette.requests import Request
from starlette.responses import Response

from monitor.base.days.schedule import DEFAULT_ZONE
from monitor.base.errors import UsageError
from monitor.board.answers.filters import read_zone

COOKIE = "talentwatch_zone"
_SECONDS = 365 * 24 * 60 * 60


def asked_zone(request: Request) -> str:
    """Return the zone of an address, else the one that was kept, else UTC.

    Raises UsageError for an address with a zone that there is not.
    """
    if request.query_params.get("zone"):
        return read_zone(request.query_params["zone"])
    try:
        return read_zone(request.cookies.get(COOKIE, DEFAULT_ZONE))
    except UsageError:
        return DEFAULT_ZONE


def keep_zone(request: Request, answer: Response, zone: str) -> None:
    """Let the pages that are asked for later have the same zone."""
    answer.set_cookie(
        COOKIE,
        zone,
        max_age=_SECONDS,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
