"""`/actions/NAME`: a form, and what is done with it; where the board only shows, neither is."""

import asyncio
import getpass
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from monitor.base.errors import UsageError
from monitor.board.answers.desk import Desk
from monitor.board.rendering import environment
from monitor.board.server.access.login import form_of
from monitor.board.server.access.readers import COOKIE, SESSION, Access, Reader
from monitor.board.server.access.safety import READER, is_of_the_same_origin, own_address
from monitor.board.server.decisions.actions import ACTIONS, LONGEST, Action
from monitor.board.server.errors import NotThere
from monitor.delivery.messages import plain
from monitor.intake.lost_state import open_state
from monitor.operations.instructions.decisions import Word

_HTML = "text/html; charset=utf-8"
_REFUSED = "This form was not one of the board's own, or it is too old: open it again."


class Acting:
    """Shows the forms, and does what they ask for."""

    def __init__(
        self,
        access: Access,
        desk: Callable[[], AbstractContextManager[Desk]],
        clock: Callable[[], datetime],
        menu: list[tuple[str, str]],
    ) -> None:
        self._access = access
        self._desk = desk
        self._clock = clock
        self._menu = menu

    async def answer(self, request: Request) -> Response:
        """Show a form, or do what it asks for."""
        name = request.path_params["action"]
        if name not in ACTIONS:
            raise NotThere("No page has this address.")
        reader: Reader = request.scope[READER]
        if request.method in {"GET", "HEAD"}:
            return self._form(ACTIONS[name], dict(request.query_params), reader)
        form = await form_of(request)
        return await asyncio.to_thread(self._done, ACTIONS[name], form, request, reader)

    def _done(
        self, action: Action, form: Mapping[str, str], request: Request, reader: Reader
    ) -> Response:
        said = form.get("form", "")
        is_ours = reader.session is not None and self._access.is_form_token(reader.session, said)
        if not is_ours or not is_of_the_same_origin(request.headers):
            return self._form(action, form, reader, status=403, wrong=_REFUSED)
        try:
            word = self._word(form, reader)
            with self._desk() as desk, open_state(desk.settings) as state:
                done = action.do(desk, state, form, word)
        except UsageError as exc:
            return self._form(action, form, reader, status=400, wrong=str(exc))
        back = own_address(form.get("back", ""), otherwise=action.back)
        text = self._page("pages/done.html", title=action.title, said=done, back=back)
        return Response(text, media_type=_HTML)

    def _word(self, form: Mapping[str, str], reader: Reader) -> Word:
        """Who decides, and why. Raises UsageError where it is not said."""
        by, why = self._who(form, reader), plain(form.get("why", ""))
        if not by or not why:
            raise UsageError("a decision needs who decides, and why")
        if any(len(value) > LONGEST for value in form.values()):
            raise UsageError(f"nothing may be longer than {LONGEST} letters")
        return Word(by=by, why=why, at=self._clock())

    def _who(self, form: Mapping[str, str], reader: Reader) -> str:
        """Who decides: whom the proxy names, the user of this machine, or what the form says."""
        if reader.name is not None:
            return plain(reader.name)
        return plain(form.get("by", "")) if self._access.is_guarded else getpass.getuser()

    def _form(
        self,
        action: Action,
        values: Mapping[str, str],
        reader: Reader,
        *,
        status: int = 200,
        wrong: str = "",
    ) -> Response:
        session = reader.session or self._access.new_session()
        text = self._page(
            "pages/action.html",
            action=action,
            values=values,
            wrong=wrong,
            form_token=self._access.form_token(session),
            asks_who=self._access.is_guarded and reader.name is None,
        )
        answer = Response(text, status, media_type=_HTML)
        if reader.session is None:
            answer.set_cookie(
                COOKIE,
                session,
                max_age=int(SESSION.total_seconds()),
                httponly=True,
                secure=self._access.is_guarded,
                samesite="strict",
            )
        return answer

    def _page(self, template: str, **shown: object) -> str:
        usual = {"menu": self._menu, "here": "", "foot": None, "forms": None}
        return environment().get_template(template).render({**usual, **shown})
