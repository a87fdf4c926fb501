"""A client of the board within the process of the test, which saves a second each."""

import asyncio
from datetime import datetime
from typing import Any

import httpx

from monitor.base.settings import load_settings
from monitor.board.server.app import application
from monitor.cli.commands.counts_within import counts_within
from monitor.cli.options import moment

ADDRESS = "http://127.0.0.1:9465"


class BoardClient:
    """Asks the application as a server would, headers and errors included."""

    def __init__(
        self, config: Any, *, day: datetime, address: str = ADDRESS, evidence: Any = None
    ) -> None:
        now = moment(day)
        self.application = application(load_settings(config), lambda: now, evidence, counts_within)
        self._address = address

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Ask, and do not follow where the answer sends."""
        return asyncio.run(self._request(method, url, **options))

    def get(self, url: str, **options: Any) -> httpx.Response:
        """Ask to be shown."""
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> httpx.Response:
        """Ask to be done."""
        return self.request("POST", url, **options)

    async def _request(self, method: str, url: str, **options: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.application, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=self._address) as client:
            return await client.request(method, url, **options)
