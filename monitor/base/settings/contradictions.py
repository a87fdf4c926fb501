"""The mistakes in a config file that its schema cannot see."""

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlsplit

from monitor.base.config_files.toml_files import Document, KeyPath, nearest
from monitor.base.days.schedule import DEFAULT_ZONE, Schedule, ScheduleError, is_zone, zones
from monitor.base.errors import Problem
from monitor.base.records import Json
from monitor.base.settings.engine import size_of
from monitor.base.settings.parts import S3, SQLITE, bucket_address

LEAST_MEMORY = 500_000_000
"""Bytes that a run may not be kept below."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_SECRET_OPTION = re.compile(
    r"(?:secret|password|passphrase|token|[._]key)$|\.account\.key\.", re.IGNORECASE
)
_OURS = {
    "spark.master": "master",
    "spark.pyspark.python": "python",
    "spark.submit.deployMode": "nothing: Spark's driver runs where talentwatch runs",
}
"""Options of Spark that stand at a key of ours."""
_POSTGRESQL = ("postgresql+psycopg://", "postgresql://")


def contradictions(document: Document) -> Iterator[Problem]:
    """These are the mistakes that a schema cannot see."""
    content = document.content
    yield from _zone_problems(document, ("timezone",), content.get("timezone", DEFAULT_ZONE))
    for name, table in content.get("sources", {}).items():
        yield from _schedule_problems(document, name, table)
        yield from _day_problems(document, name, table)
        yield from _expression_problems(document, name, table.get("fields", {}))
    yield from _state_problems(document)
    yield from _store_problems(document, content.get("snapshots", ""))
    endpoint = content.get("bucket", {}).get("endpoint")
    yield from _address_problems(document, ("bucket", "endpoint"), endpoint)
    for index, channel in enumerate(content.get("operations", ())):
        yield from unknown_channel(
            document, ("operations", index), channel, content.get("channels", {})
        )
    for index, route in enumerate(content.get("routes", ())):
        for place, channel in enumerate(route["channels"]):
            yield from unknown_channel(
                document,
                ("routes", index, "channels", place),
                channel,
                content.get("channels", {}),
            )
    for name, table in content.get("channels", {}).items():
        for key in ("url", "api"):
            yield from _address_problems(document, ("channels", name, key), table.get(key))
    ping = content.get("watch", {}).get("ping")
    yield from _address_problems(document, ("watch", "ping"), ping)
    collector = content.get("traces", {}).get("endpoint")
    yield from _address_problems(document, ("traces", "endpoint"), collector)
    yield from _address_problems(document, ("board_url",), content.get("board_url"))
    yield from _board_problems(document, content.get("board", {}))
    yield from _engine_problems(document, content.get("engine", {}))
    if content.get("least_people", 1) > 1 and content.get("names", "full") != "none":
        expected = 'expected, beside it, names = "none": lists of people count one by one'
        yield document.problem(("least_people",), expected)


def _zone_problems(document: Document, path: KeyPath, zone: str) -> Iterator[Problem]:
    if not is_zone(zone):
        near = nearest(zone, zones())
        expected = f"expected the name of a time zone, {zone!r} is none"
        yield document.problem(path, expected, nearest=near)


def _board_problems(document: Document, table: Mapping[str, Json]) -> Iterator[Problem]:
    if ("proxy_header" in table) != ("proxies" in table):
        there, missing = ("proxy_header", "proxies")
        if there not in table:
            there, missing = missing, there
        expected = f"expected, beside it, {missing}: who says it, and in which header"
        yield document.problem(("board", there), expected)
    for place, address in enumerate(table.get("proxies", ())):
        try:
            ip_address(address)
        except ValueError:
            expected = f"expected the address of a proxy, such as 10.0.0.1, not {address!r}"
            yield document.problem(("board", "proxies", place), expected)


def _engine_problems(document: Document, table: Mapping[str, Json]) -> Iterator[Problem]:
    if "memory" in table and size_of(table["memory"]) < LEAST_MEMORY:
        expected = f"expected {LEAST_MEMORY // 1_000_000}MB or more: a run needs as much"
        yield document.problem(("engine", "memory"), expected)
    if table.get("kind") == "spark" and "spark" not in table:
        expected = 'expected, beside it, [engine.spark] with master = "spark://HOST:7077"'
        yield document.problem(("engine", "kind"), expected)
    for name, value in table.get("spark", {}).get("options", {}).items():
        path = ("engine", "spark", "options", name)
        if name in _OURS:
            yield document.problem(path, f"expected in its place, in [engine.spark], {_OURS[name]}")
        elif isinstance(value, str) and _SECRET_OPTION.search(name):
            expected = "secrets are not allowed literally; use { env = ... } or { file = ... }"
            yield document.problem(path, expected)


def _expression_problems(
    document: Document, name: str, fields: Mapping[str, str]
) -> Iterator[Problem]:
    if not fields:
        return
    import jmespath  # noqa: PLC0415 -- most configurations need none of it

    for field, expression in fields.items():
        try:
            jmespath.compile(expression)
        except jmespath.exceptions.JMESPathError as exc:
            reason = " ".join(str(exc).split("\n")[0].split())
            expected = f"expected a JMESPath expression; {reason}"
            yield document.problem(("sources", name, "fields", field), expected)


def _schedule_problems(
    document: Document, name: str, table: Mapping[str, Json]
) -> Iterator[Problem]:
    yield from _zone_problems(
        document, ("sources", name, "timezone"), table.get("timezone", DEFAULT_ZONE)
    )
    if "schedule" in table:
        try:
            Schedule(table["schedule"])
        except ScheduleError as exc:
            yield document.problem(("sources", name, "schedule"), str(exc))
    if table.get("finished") and "stale_after" in table:
        expected = "expected no stale_after where nothing more is to come (finished = true)"
        yield document.problem(("sources", name, "stale_after"), expected)


def _day_problems(document: Document, name: str, table: Mapping[str, Json]) -> Iterator[Problem]:
    """Of several days in one file it has to be said what is true of whom a day does not list."""
    if table.get("observed_on") and "days" not in table:
        expected = (
            'expected, beside it, days = "complete" (each day lists everybody) or days = "carry"'
            " (people keep their last row)"
        )
        yield document.problem(("sources", name, "observed_on"), expected)
    if "days" in table and not table.get("observed_on"):
        expected = "expected, beside it, observed_on: the column that says when each row was seen"
        yield document.problem(("sources", name, "days"), expected)


def _state_problems(document: Document) -> Iterator[Problem]:
    url = document.content.get("state", SQLITE)
    if not isinstance(url, str):
        return
    try:
        parts = urlsplit(url)
    except ValueError:
        expected = f"expected an address such as {_POSTGRESQL[0]}USER@HOST/NAME"
        yield document.problem(("state",), expected)
        return
    if not url.startswith((SQLITE, *_POSTGRESQL)):
        scheme = url.partition("://")[0]
        expected = f"expected {SQLITE}PATH or {_POSTGRESQL[0]}USER@HOST/NAME, {scheme} is neither"
        yield document.problem(("state",), expected)
    elif parts.password or any(key == "password" for key, _ in parse_qsl(parts.query)):
        expected = "secrets are not allowed literally; use { env = ... } for an address with one"
        yield document.problem(("state",), expected)


def _store_problems(document: Document, place: str) -> Iterator[Problem]:
    expected = not_a_place(place)
    if expected is not None:
        yield document.problem(("snapshots",), expected)


def not_a_place(text: str) -> str | None:
    """Say what is expected where a text names no place of a store; None where it does.

    >>> not_a_place("s3://people/watch") is None
    True
    >>> not_a_place("gs://people/watch")
    'expected a path, or s3://BUCKET/PREFIX'
    """
    address = bucket_address(text)
    if address is None:
        return f"expected a path, or {S3}BUCKET/PREFIX" if _SCHEME.match(text) else None
    if "@" in address.bucket:
        return "secrets are not allowed literally: credentials come from the environment"
    if not _BUCKET.fullmatch(address.bucket):
        return f"expected {S3}BUCKET/PREFIX, {address.bucket!r} is no name of a bucket"
    return None


def _address_problems(document: Document, path: KeyPath, address: Json) -> Iterator[Problem]:
    if not isinstance(address, str):
        return
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable, parts = False, urlsplit("")
    if not usable:
        yield document.problem(path, "expected an address such as https://example.org/hook")
    if parts.username or parts.password:
        expected = "secrets are not allowed literally; use { env = ... } for an address with one"
        yield document.problem(path, expected)


def unknown_channel(
    document: Document, path: KeyPath, channel: str, channels: Iterable[str]
) -> Iterator[Problem]:
    """This is the problem, if it is one, of a channel that the config does not have."""
    names = list(channels)
    if channel not in names:
        expected = f"expected the name of a channel, there is no [channels.{channel}]"
        yield document.problem(path, expected, nearest=nearest(channel, names))
