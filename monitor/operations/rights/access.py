"""Everything that is stored about a person, for that person to read."""

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import orjson

from monitor.base.engine import Engine
from monitor.base.private_files import atomic_write
from monitor.base.profile import ABSENT_BECAUSE
from monitor.base.records import Alert, Json
from monitor.base.settings import Settings
from monitor.intake.snapshots.store import Store
from monitor.moves.reviews import KIND as REVIEW
from monitor.operations.rights.who import Found
from monitor.state import Transaction

_NO_FILTER = ("origins", "destinations", "since", "until", "known_on", "seen_since")
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}}
table{{border-collapse:collapse}}td,th{{border:1px solid #999;padding:.2em .5em;text-align:left;
vertical-align:top}}</style></head><body><h1>{title}</h1>{body}</body></html>
"""


def stored_about(  # noqa: PLR0913 -- all that may have something of a person
    person: Found,
    *,
    settings: Settings,
    store: Store,
    engine: Engine,
    tx: Transaction,
    at: datetime,
) -> dict[str, Json]:
    """Collect all that is stored about a person, as JSON."""
    by_source: dict[str, list[str]] = {}
    for key in sorted(person.keys):
        source, _, profile = key.partition(":")
        by_source.setdefault(source, []).append(profile)
    observations = {source: _observations(store, source, ids) for source, ids in by_source.items()}
    moves = _moves(engine, person.keys)
    alerts = tx.latest_about(sorted(person.keys), sorted({str(move["move"]) for move in moves}))
    return {
        "exported_at": at.isoformat(),
        "profiles": sorted(person.keys),
        "likely_the_same_person": list(person.doubles),
        "sources": [
            {
                "source": source,
                **_stated(settings, source),
                "first_collected_on": min((record["days"][0] for record in seen), default=None),
                "observations": seen,
                "absences": _absences(store, source, by_source[source]),
            }
            for source, seen in observations.items()
        ],
        "moves": moves,
        "reviews": _reviews(tx, {str(move["move"]) for move in moves}),
        "alerts": [_alert(alert) for alert in alerts],
        "messages": _messages(tx, {alert.alert for alert in alerts}),
    }


def _stated(settings: Settings, source: str) -> dict[str, Json]:
    """What the source says of why its people are looked at."""
    of_source = settings.sources.get(source)
    if of_source is None:
        return {"purpose": None, "licence": None, "retention": None}
    return {
        "purpose": of_source.purpose or None,
        "licence": of_source.licence or None,
        "retention": of_source.retention,
    }


def _observations(store: Store, source: str, ids: list[str]) -> list[dict[str, Json]]:
    """What each look at the profiles showed; days on which they read alike stand together."""
    observations: list[dict[str, Json]] = []
    with Engine() as engine:
        for day in store.days(source) if source in store.sources() else ():
            manifest = store.manifest(source, day)
            said = _said(engine, store, source, day, ids)
            if not said or manifest is None:
                continue
            if observations and observations[-1]["said"] == said:
                observations[-1]["days"].append(day.isoformat())
                observations[-1]["files"].append(manifest.origin)
            else:
                observations.append(
                    {"days": [day.isoformat()], "files": [manifest.origin], "said": said}
                )
    return observations


def _absences(store: Store, source: str, ids: Sequence[str]) -> list[dict[str, Json]]:
    """On which days the source showed no profile, and why, as it said."""
    named = (
        (day, store.absences(source, day))
        for day in (store.days(source) if source in store.sources() else ())
    )
    return [
        {"day": day.isoformat(), ABSENT_BECAUSE: absences[profile]}
        for day, absences in named
        for profile in ids
        if profile in absences
    ]


def _said(
    engine: Engine, store: Store, source: str, day: date, ids: list[str]
) -> list[dict[str, Json]]:
    profiles = engine.records(
        "stored_profiles", profiles=str(store.profiles(source, day)), wanted=ids
    )
    positions: dict[str, list[Json]] = {row["id"]: [] for row in profiles}
    if not profiles:
        return []
    for row in engine.records(
        "stored_positions", positions=str(store.positions(source, day)), wanted=ids
    ):
        positions[row.pop("profile")].append(_written(row))
    return [{**_written(row, but=("line",)), "positions": positions[row["id"]]} for row in profiles]


def _written(row: Mapping[str, Json], *, but: Sequence[str] = ()) -> dict[str, Json]:
    return {key: value for key, value in row.items() if value not in (None, []) and key not in but}


def _moves(engine: Engine, keys: Iterable[str]) -> list[dict[str, Json]]:
    """The moves of the profiles, retracted ones too, each once."""
    asked: dict[str, Any] = {**dict.fromkeys(_NO_FILTER), "retracted": True, "held": False}
    moves: dict[str, dict[str, Json]] = {}
    for key in sorted(keys):
        for row in engine.records("listed_moves", person=key, **asked):
            moves[row["move"]] = msgspec.to_builtins(row)
    return [moves[move] for move in sorted(moves)]


def _alert(alert: Alert) -> dict[str, Json]:
    return {
        "alert": alert.alert,
        "rule": alert.rule,
        "status": str(alert.status),
        "opened_on": alert.opened_on.isoformat(),
        "closed_on": alert.closed_on and alert.closed_on.isoformat(),
    }


def _messages(tx: Transaction, alerts: set[str]) -> list[dict[str, Json]]:
    """The messages about these alerts: to which channel, when, and what for."""
    return [
        {
            "channel": step.channel,
            "alert": step.alert.alert,
            "about": str(step.reason),
            "on": step.on.isoformat(),
            "message": step.message,
        }
        for step in tx.steps()
        if step.message is not None and step.alert.alert in alerts
    ]


def _reviews(tx: Transaction, moves: set[str]) -> list[dict[str, Json]]:
    return [
        {"move": decision.key, "verdict": decision.verdict, "by": decision.by, "why": decision.why}
        for decision in tx.decisions(REVIEW)
        if decision.key.rpartition(":")[0] in moves
    ]


def names_in(about: Mapping[str, Json]) -> set[str]:
    """The names and addresses that the observations have."""
    return {
        str(said[field])
        for source in about["sources"]
        for observation in source["observations"]
        for said in observation["said"]
        for field in ("name", "url")
        if said.get(field)
    }


def write_about(about: Mapping[str, Json], file: Path) -> tuple[Path, Path]:
    """Write it as JSON and, beside it, as a page for a browser; only their owner reads them."""
    page = file.with_suffix(".html")
    with atomic_write(file, private=True) as unfinished:
        unfinished.write_bytes(orjson.dumps(about, option=orjson.OPT_INDENT_2) + b"\n")
    with atomic_write(page, private=True) as unfinished:
        title = f"What is stored about {', '.join(about['profiles'])}"
        body = "".join(_shown(about))
        text = _PAGE.format(title=html.escape(title), body=body)
        unfinished.write_text(text, encoding="utf-8")
    return file, page


def _shown(value: Json) -> Iterator[str]:
    """Show JSON as tables within tables, every text as it is."""
    if isinstance(value, dict):
        yield "<table>"
        for key, part in value.items():
            yield f"<tr><th>{html.escape(str(key).replace('_', ' '))}</th><td>"
            yield from _shown(part)
            yield "</td></tr>"
        yield "</table>"
    elif isinstance(value, list | tuple):
        if all(not isinstance(part, dict | list) for part in value):
            yield html.escape(", ".join(map(str, value)) or "none")
            return
        for part in value:
            yield from _shown(part)
    else:
        yield html.escape("none" if value is None else str(value))
