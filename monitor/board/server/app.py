"""The board as an application: each page as HTML, JSON and CSV, made from one moment."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import partial

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor import __version__
from monitor.alerts.ledger import RULE
from monitor.base.errors import UsageError
from monitor.base.records import Alert
from monitor.base.settings import Settings, load_settings
from monitor.board.answers.counts_only import (
    counted_reading,
    counted_transaction,
    not_shown,
)
from monitor.board.answers.desk import CountWithin, Desk, KeptAnswers
from monitor.board.answers.filters import read_asked
from monitor.board.answers.left_out import LeftOut
from monitor.board.pictures import NoPicture, picture_of, png_picture
from monitor.board.read_model import open_read_model, read_model_path
from monitor.board.rendering import style_text, template_text
from monitor.board.report import report, report_contents
from monitor.board.server.access.login import Login
from monitor.board.server.access.readers import Access
from monitor.board.server.access.safety import Guard, known_hosts
from monitor.board.server.api.feed import feed
from monitor.board.server.api.openapi import API, api_path, document
from monitor.board.server.cache import (
    Cache,
    Generation,
    Made,
    generation,
    has_already,
    unchanged,
)
from monitor.board.server.decisions.forms import Acting
from monitor.board.server.errors import NotPublished, NotThere, WrongSettings
from monitor.board.server.failures import FAILURES
from monitor.board.server.forms import csv_form, document_form, file_name, html_form
from monitor.board.server.page import Page
from monitor.board.server.pages import MENU, PAGES
from monitor.board.server.window_counts import CountAnew, WindowCounts
from monitor.board.server.zone import asked_zone, keep_zone
from monitor.intake.lost_state import open_state
from monitor.operations.written_inputs import Definitions, load_definitions

ZIP = "application/zip"
Evidence = Callable[[Settings, Sequence[Alert], str | None], bytes]
"""Makes the archive of an alert by its revisions, and by what its rule meant."""
ATOM = "application/atom+xml; charset=utf-8"
HTML, JSON, CSV = "text/html; charset=utf-8", "application/json", "text/csv; charset=utf-8"
PICTURES = {".svg": "image/svg+xml", ".png": "image/png"}
FORMS = {"": HTML, ".json": JSON, ".csv": CSV}
_THREADS = 4
"""How many pages are made at once: each of them has the state and the read model open."""
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    '<rect width="16" height="16" rx="3" fill="#1f5fbf"/>'
    '<path d="M3 11 7 6l2 3 4-5" fill="none" stroke="#fff" stroke-width="2"/></svg>'
)


class Board:
    """Makes the answers; the settings are read again when a person has changed them."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime],
        count_within: CountWithin | None = None,
    ) -> None:
        self._settings = settings
        self._count_within = count_within
        self._acts = not settings.board.read_only
        self._clock = clock
        self._cache = Cache()

    def answered(self, page: Page, form: str, request: Request) -> Response:
        """Answer a request for a page in a form."""
        zone = asked_zone(request)

        def make(now: Generation, etag: str) -> Made:
            return self._make(page, form, request, now, etag, zone)

        made = (
            self.of_now(request, make)
            if page.is_of_now
            else self.cached(request, make, variant=zone)
        )
        if request.query_params.get("zone") == zone:
            keep_zone(request, made, zone)
        return made

    def feed(self, request: Request) -> Response:
        """Answer with the feed of what became known."""
        own = f"{request.url.scheme}://{request.headers['host']}"
        address = (self._settings.board_url or own).rstrip("/")

        def make(now: Generation, etag: str) -> Made:
            with self.desk(now.kept) as desk:
                return Made(body=feed(desk, address), media_type=ATOM, etag=etag)

        return self.cached(request, make)

    def picture(self, form: str, request: Request) -> Response:
        """Answer with the count of an alert as a picture. Raises NotThere where there is none."""
        name = request.path_params["alert"]

        def make(now: Generation, etag: str) -> Made:
            with self.desk(now.kept) as desk:
                alert = desk.tx.latest_named([name]).get(name)
                if alert is None:
                    raise NotThere("There is no alert of this id.")
                try:
                    svg = picture_of(desk, alert)
                    body = png_picture(svg) if form == ".png" else svg.encode()
                except NoPicture as exc:
                    raise NotThere(str(exc)) from exc
            return Made(body=body, media_type=PICTURES[form], etag=etag)

        return self.cached(request, make)

    def archive(self, evidence: Evidence, request: Request) -> Response:
        """Answer with all evidence of an alert. Raises NotThere where nobody is shown."""
        name = request.path_params["alert"]
        with self.desk() as desk:
            if desk.settings.names == "none":
                raise NotThere(str(not_shown()))
            revisions = desk.tx.revisions(alert=name)
            if not revisions:
                raise NotThere("There is no alert of this id.")
            version = desk.tx.cursor(f"{RULE}{revisions[-1].rule}")
            body = evidence(desk.settings, revisions, version)
        said = f'attachment; filename="{file_name(name, "zip")}"'
        return Response(body, media_type=ZIP, headers={"content-disposition": said})

    def report(self, request: Request) -> Response:
        """Answer with the report of an alert, as the command writes it."""
        name = request.path_params["alert"]

        def make(now: Generation, etag: str) -> Made:
            with self.desk(now.kept) as desk:
                if name not in desk.tx.latest_named([name]):
                    raise NotThere("There is no alert of this id.")
                body = report(report_contents(desk, alert=name)).encode()
            return Made(body=body, media_type=HTML, etag=etag, file=file_name(name, "html"))

        return self.cached(request, make)

    def cached(
        self, request: Request, make: Callable[[Generation, str], Made], *, variant: str = ""
    ) -> Response:
        """Answer with what was made before of this generation, or make it."""
        address = f"{request.headers['host']} {request.url.path}?{request.url.query} {variant}"
        name = generation(self._settings, today=self._clock().date().isoformat())
        now = self._cache.of(name)
        etag = f'"{hashlib.sha256(f"{name} {__version__} {address}".encode()).hexdigest()[:32]}"'
        if has_already(request, etag):
            return unchanged(etag)
        made = self._cache.get(now, address)
        if made is None:
            made = make(now, etag)
            self._cache.put(now, address, made)
        return made.sent()

    def of_now(self, request: Request, make: Callable[[Generation, str], Made]) -> Response:
        """Answer with what is made anew each time, and is sent if it came out otherwise."""
        name = generation(self._settings, today=self._clock().date().isoformat())
        made = make(self._cache.of(name), "")
        etag = f'"{hashlib.sha256(made.body).hexdigest()[:32]}"'
        if has_already(request, etag):
            return unchanged(etag)
        return replace(made, etag=etag).sent()

    def _make(  # noqa: PLR0913, PLR0917 -- all that an answer follows from
        self, page: Page, form: str, request: Request, now: Generation, etag: str, zone: str
    ) -> Made:
        asked = read_asked(page.filters, request.query_params.multi_items())
        with self.desk(now.kept) as desk:
            if page.of_people and desk.settings.names == "none":
                raise NotThere(str(not_shown()))
            answer = page.answer(desk, asked, request.path_params)
            foot = {
                "generation": now.name,
                "evaluated_to": None if desk.horizon == date.min else desk.horizon.isoformat(),
                "newest_snapshot": desk.newest_snapshot and desk.newest_snapshot.isoformat(),
                "too_few": desk.left_out.counts,
            }
            few = desk.left_out.sentence
            path = request.url.path.removesuffix(form) if form else request.url.path
            if form == ".json":
                whole = document_form(answer, asked, foot, request.url.path)
                body = orjson.dumps(whole, default=list)
            elif form == ".csv":
                body = csv_form(answer.records)
            else:
                shows = desk.settings.names == "full"
                menu = [
                    (listed.path, listed.menu)
                    for listed in PAGES
                    if listed.menu and (shows or not listed.of_people)
                ]
                body = html_form(
                    page,
                    answer,
                    asked,
                    {
                        **foot,
                        "path": path,
                        "acts": self._acts,
                        "menu": menu,
                        "few": few,
                        "zone": zone,
                    },
                )
        return Made(
            body=body,
            media_type=FORMS[form],
            etag=etag,
            file=file_name(path) if form == ".csv" else None,
            remark=few,
        )

    @contextmanager
    def desk(self, kept: KeptAnswers | None = None) -> Iterator[Desk]:
        """Open what answers are made from. Raises NotPublished where there is nothing yet.

        Raises WrongSettings where what people wrote cannot be used.
        """
        kept = kept or KeptAnswers()
        try:
            settings = kept.once("settings", lambda: load_settings(self._settings.path))
            state = open_state(settings, create=False)
        except UsageError as exc:
            raise WrongSettings(str(exc)) from exc
        with state, state.reading() as tx, open_read_model(read_model_path(settings)) as model:
            if model is None:
                raise NotPublished(
                    "No run has published anything yet, or another version did:"
                    " call `talentwatch run`."
                )
            words = kept.once("definitions", lambda: _definitions(settings))
            left_out = LeftOut(settings.least_people)
            yield Desk(
                settings=settings,
                definitions=words,
                open_reading=lambda: counted_reading(settings, model, left_out),
                tx=counted_transaction(settings, tx, words, left_out),
                now=self._clock(),
                left_out=left_out,
                kept=kept,
                count_within=self._count_within,
            )


def _definitions(settings: Settings) -> Definitions:
    try:
        return load_definitions(settings)
    except UsageError as exc:
        raise WrongSettings(str(exc)) from exc


def application(
    settings: Settings,
    clock: Callable[[], datetime],
    evidence: Evidence | None = None,
    count_anew: CountAnew | None = None,
) -> Guard:
    """Make the application that serves the board; with `evidence`, archives too.

    With `count_anew` rules are counted within other windows.

    Raises UsageError where it would be open to everybody on another machine.
    """
    access = Access(settings.board, clock)
    login = Login(access)
    board = Board(settings, clock, count_anew and WindowCounts(count_anew))
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="board")
    routes = [Route("/style.css", _style), Route("/icon.svg", _icon), Route("/healthz", _alive)]
    routes.append(Route("/alerts.atom", _in_thread(threads, board.feed)))
    for form in PICTURES:
        make = partial(board.picture, form)
        routes.append(Route(f"/charts/{{alert}}{form}", _in_thread(threads, make)))
    routes.append(Route(f"{API}/openapi.json", _described))
    routes.append(Route("/login", login.answer, methods=["GET", "POST"]))
    if not settings.board.read_only:
        acting = Acting(access, board.desk, clock, MENU)
        routes.append(Route("/actions/{action}", acting.answer, methods=["GET", "POST"]))
    for page in PAGES:
        for form in FORMS:
            path = "/overview" if page.path == "/" and form else page.path
            make = partial(board.answered, page, form)
            routes.insert(0, Route(f"{path}{form}", _in_thread(threads, make)))
        make = partial(board.answered, page, ".json")
        routes.append(Route(api_path(page), _in_thread(threads, make)))
    routes.insert(0, Route("/alerts/{alert}.html", _in_thread(threads, board.report)))
    if evidence is not None:
        give = partial(board.archive, evidence)
        routes.insert(0, Route("/alerts/{alert}.zip", _in_thread(threads, give)))
    return Guard(
        Starlette(routes=routes, exception_handlers=FAILURES),
        login.refuse,
        access,
        known_hosts(settings),
    )


def _in_thread(
    threads: ThreadPoolExecutor, make: Callable[[Request], Response]
) -> Callable[[Request], Awaitable[Response]]:
    """Make a page in a thread, so that one that takes long holds up no other."""

    async def made(request: Request) -> Response:
        return await asyncio.get_running_loop().run_in_executor(threads, make, request)

    return made


async def _style(_: Request) -> Response:
    text = style_text() + template_text("board.css")
    return Response(text, media_type="text/css; charset=utf-8")


async def _icon(_: Request) -> Response:
    return Response(_ICON, media_type="image/svg+xml")


async def _described(_: Request) -> Response:
    return Response(orjson.dumps(document(PAGES)), media_type=JSON)


async def _alive(_: Request) -> Response:
    return Response("alive\n", media_type="text/plain; charset=utf-8")
