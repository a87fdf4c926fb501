"""`/login`: the token is exchanged for a cookie, and stands in no address."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from monitor.board.rendering import environment
from monitor.board.server.access.readers import COOKIE, SESSION, Access
from monitor.board.server.access.safety import is_of_the_same_origin, own_address

MOST_BYTES = 16 * 1024
"""The longest form."""
_HTML = "text/html; charset=utf-8"


async def form_of(request: Request) -> Mapping[str, str]:
    """Read a form; what is longer than any of ours is none."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return {}
    text = bytes(body).decode("utf-8", "replace")
    return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=50))


class Login:
    """Shows the form to strangers, and lets in who has the token."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer somebody who may not ask: a person by the form, a program by RFC 9457."""
        request = Request(scope)
        path = request.url.path
        if path.startswith("/api/") or path.endswith((".json", ".csv", ".atom")):
            problem = {
                "type": "about:blank",
                "title": "Say who you are",
                "status": 401,
                "detail": "Send the token as Authorization: Bearer TOKEN.",
            }
            answer = Response(orjson.dumps(problem), 401, media_type="application/problem+json")
        elif request.headers.get("sec-fetch-site") == "cross-site" and request.method == "GET":
            # A link in another site's page comes without our cookie; the same from here has it.
            answer = self._page(request, template="pages/again.html", status=200)
        else:
            answer = self._page(request, template="pages/login.html", status=401)
        await answer(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """Show the form, or exchange the token for a cookie."""
        if request.method in {"GET", "HEAD"}:
            return self._page(request, template="pages/login.html", status=200)
        form = await form_of(request)
        if not is_of_the_same_origin(request.headers):
            return self._page(request, template="pages/login.html", status=403)
        if not self._access.is_token(form.get("token", "")):
            return self._page(
                request, template="pages/login.html", status=401, said="This is not the token."
            )
        answer = RedirectResponse(own_address(form.get("to", "/")), status_code=303)
        answer.set_cookie(
            COOKIE,
            self._access.new_session(),
            max_age=int(SESSION.total_seconds()),
            httponly=True,
            secure=True,
            samesite="strict",
        )
        return answer

    def _page(self, request: Request, *, template: str, status: int, said: str = "") -> Response:
        to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        text = (
            environment()
            .get_template(template)
            .render(
                menu=[],
                here="",
                foot=None,
                forms=None,
                said=said,
                has_token=self._access.has_token,
                to="/" if request.url.path == "/login" else own_address(to),
            )
        )
        return Response(text, status, media_type=_HTML)
