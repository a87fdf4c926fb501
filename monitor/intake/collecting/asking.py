"""The requests of a round that are under way, one or several at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Self

from monitor.intake.collecting.client import Client
from monitor.intake.collecting.connectors.connector import Item
from monitor.intake.collecting.exchange import Answer, Request
from monitor.intake.collecting.kept.tables import Validators
from monitor.intake.collecting.kept.work import Work


class Asking:
    """Requests that are under way, some at once; lists are read before people are asked for."""

    def __init__(self, client: Client, work: Work, at_once: int) -> None:
        self._client, self._work, self._at_once = client, work, at_once
        self._pool = ThreadPoolExecutor(at_once) if at_once > 1 else None
        self._under_way: dict[Future[Answer], tuple[Item, Validators | None]] = {}
        self._is_stopped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def stop(self) -> None:
        """Begin no other request; what is under way is answered."""
        self._is_stopped = True

    def answers(self) -> Iterator[tuple[Item, Validators | None, Callable[[], Answer]]]:
        """Each item of the round with what gives its answer, or raises as `Client.fetch` does."""
        while True:
            while (following := self._next()) is not None:
                item, validators = following
                fetch = partial(self._client.fetch, _conditional(item.request, validators))
                if self._pool is None:
                    yield item, validators, fetch
                else:
                    self._under_way[self._pool.submit(fetch)] = following
            if not self._under_way:
                return
            for future in wait(self._under_way, return_when=FIRST_COMPLETED).done:
                yield *self._under_way.pop(future), future.result

    def _next(self) -> tuple[Item, Validators | None] | None:
        busy = [item for item, _ in self._under_way.values()]
        if self._is_stopped or len(busy) >= self._at_once:
            return None
        item = self._work.next_item([under_way.key for under_way in busy])
        waits = any(under_way.person is None for under_way in busy)
        if item is None or (item.person is not None and waits):
            return None
        return item, self._work.validators(item)


def _conditional(request: Request, validators: Validators | None) -> Request:
    if validators is None or not request.is_conditional:
        return request
    return Request(
        url=request.url,
        headers={**request.headers, **validators.headers},
        body=request.body,
        is_page=request.is_page,
    )
