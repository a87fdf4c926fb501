"""Who may ask: everybody on this machine, who has the token, or whom a proxy lets in."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.types import Scope

from monitor.base.errors import UsageError
from monitor.base.settings.parts import BoardSettings

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
COOKIE = "talentwatch"
SESSION = timedelta(hours=12)
SHORTEST_TOKEN = 16
_PARTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who asks."""

    session: str | None
    """What forms are bound to; None for one that asks without a cookie."""
    name: str | None = None
    """Who it is, where a proxy says so."""


class Access:
    """Lets in or not. Raises UsageError for an address that needs a token or a proxy and has none.

    A session is signed with a key of its own: nothing is kept, and a new token ends all of them.
    """

    def __init__(self, settings: BoardSettings, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._token = None if settings.token is None else settings.token.reveal().encode()
        if self._token is not None and len(self._token) < SHORTEST_TOKEN:
            raise UsageError(f"the token of [board] has fewer than {SHORTEST_TOKEN} letters")
        if not self.is_guarded and settings.host not in LOOPBACK:
            raise UsageError(
                f"the board does not listen on {settings.host} for everybody: set `token`, or"
                " `proxy_header` with `proxies`, in [board]"
            )
        self._key = hmac.digest(self._token or secrets.token_bytes(32), b"session", "sha256")

    @property
    def is_guarded(self) -> bool:
        """Whether anybody has to say who they are."""
        return self._token is not None or self._settings.proxy_header is not None

    @property
    def has_token(self) -> bool:
        """Whether there is a token to be let in by."""
        return self._token is not None

    def reader(self, scope: Scope) -> Reader | None:
        """Say who asks; None for somebody who may not."""
        headers = Headers(scope=scope)
        session = self._session(headers)
        proxied = self._named_by_proxy(scope, headers)
        if proxied is not None:
            return Reader(session=session, name=proxied)
        if self._token is None:
            return None if self.is_guarded else Reader(session=session)
        bearer = headers.get("authorization", "")
        if bearer.startswith("Bearer ") and self.is_token(bearer.removeprefix("Bearer ")):
            return Reader(session=None)
        return None if session is None else Reader(session=session)

    def is_token(self, said: str) -> bool:
        """Whether this is the token; it takes as long wherever it differs."""
        return self._token is not None and hmac.compare_digest(
            said.strip().encode("utf-8", "replace"), self._token
        )

    def new_session(self) -> str:
        """Begin a session: the value of its cookie."""
        ends = int((self._clock() + SESSION).timestamp())
        about = f"{ends}.{secrets.token_urlsafe(16)}"
        return f"{about}.{self._signed(about)}"

    def form_token(self, session: str) -> str:
        """What a form of this session carries, and no other page can know."""
        return self._signed(f"form {session}")

    def is_form_token(self, session: str, said: str) -> bool:
        """Whether a form is one that this session was given."""
        return hmac.compare_digest(
            said.encode("utf-8", "replace"), self.form_token(session).encode()
        )

    def _session(self, headers: Headers) -> str | None:
        cookie = SimpleCookie()
        try:
            cookie.load(headers.get("cookie", ""))
        except CookieError:
            return None
        value = cookie[COOKIE].value if COOKIE in cookie else ""
        parts = value.split(".")
        if len(parts) != _PARTS or not parts[0].isascii() or not parts[0].isdigit():
            return None
        signed = self._signed(f"{parts[0]}.{parts[1]}")
        if not hmac.compare_digest(signed.encode(), parts[2].encode("utf-8", "replace")):
            return None
        return value if int(parts[0]) > self._clock().timestamp() else None

    def _named_by_proxy(self, scope: Scope, headers: Headers) -> str | None:
        """The name that a proxy says; None from anybody who is none of the proxies."""
        name = self._settings.proxy_header
        client = scope.get("client")
        if name is None or client is None or client[0] not in self._settings.proxies:
            return None
        said = headers.getlist(name)
        return said[0].strip() or None if len(said) == 1 else None

    def _signed(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
