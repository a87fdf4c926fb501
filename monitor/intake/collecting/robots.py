"""What the robots rules of a site allow (RFC 9309): for pages, not for documented interfaces."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from monitor.intake.collecting.exchange import Answer, NotReached, Request

PRODUCT = "talentwatch"
"""The name by which rules may speak of us."""
FRESH = timedelta(hours=24)
"""Rules are read again after this long."""
MOST_DELAY = 60.0
"""Seconds: a site that asks for more between two requests is given this much."""
_MOST_BYTES = 512 << 10
_VERSION = re.compile(r"(?im)^([ \t]*user-agent[ \t]*:[ \t]*[a-z_-]+)/[^\s#]*")
"""A rule may speak of us with a version, and means us."""
_NOTHING = "User-agent: *\nDisallow: /\n"


@dataclass(frozen=True, slots=True)
class Rules:
    """What one site allows, as it said at one moment."""

    read_at: datetime
    parsed: Protego

    @property
    def delay(self) -> float:
        """The seconds that it asks for between two requests."""
        return min(float(self.parsed.crawl_delay(PRODUCT) or 0), MOST_DELAY)


class Robots:
    """The rules of each site, read when a page of it is asked for."""

    def __init__(self, ask: Callable[[Request], Answer], now: Callable[[], datetime]) -> None:
        self._ask = ask
        self._now = now
        self._known: dict[str, Rules] = {}

    def rules(self, url: str) -> Rules:
        """The rules of the site of a page. An old copy stands for a day where none can be read."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        rules, now = self._known.get(site), self._now()
        if rules is None or now - rules.read_at >= FRESH:
            text = self._text(f"{site}/robots.txt")
            if text is None and rules is not None:
                rules = replace(rules, read_at=now)
            else:
                rules = Rules(now, Protego.parse(_NOTHING if text is None else text))
            self._known[site] = rules
        return rules

    def check(self, url: str) -> Rules:
        """Return the rules of a page's site. Raises NotReached for a page that they forbid."""
        rules = self.rules(url)
        if not rules.parsed.can_fetch(url, PRODUCT):
            raise NotReached(
                f"{url}: its site forbids it by its robots rules; whom it named stay as last seen"
                " until `retention`, or until its address is taken out of `urls`"
            )
        return rules

    def _text(self, url: str) -> str | None:
        """Read the rules; None where a server in trouble leaves open what they are."""
        try:
            answer = self._ask(Request(url=url))
        except NotReached:
            return None
        if answer.status >= 500 or answer.status == 429:  # noqa: PLR2004 -- the classes of HTTP
            return None
        if answer.status >= 400:  # noqa: PLR2004 -- as above
            # 401 and 403 keep out whoever asks for the rules: taken for a site that keeps us out.
            return _NOTHING if answer.status in {401, 403} else ""
        if b"\0" in answer.body:
            return _NOTHING  # it is no text, or in an encoding that rules are not written in
        return _VERSION.sub(r"\1", answer.body[:_MOST_BYTES].decode("utf-8-sig", "replace"))
