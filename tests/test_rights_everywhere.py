"""Erasure of somebody who is in every place that there is, on both kinds of state."""

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from services import CONTACT, Asked, Said, service
from sqlalchemy import make_url
from story import World, crowd, flow, job, profile
from test_rights import found_in, run, talentwatch

from monitor.base.records import Notice
from monitor.state import Outgoing, State

pytestmark = pytest.mark.slow
NAME = "Zephyrine Quillfeather"
IDS = {"press": "zq-77319", "orcid": "0000-0002-7731-9zq", "web": "https://zq.example/people/zq-1"}
URLS = {"press": "https://people.example/zephyrine-q", "orcid": "https://orcid.example/7731-9zq"}
TITLE = "Quantum Basket Weaving Research Lead"
WORDS = (NAME, *IDS.values(), *URLS.values(), TITLE)
RULES = {
    "talent": flow("meta", "xai", people=4, within="90d"),
    "short": flow("meta", "xai", people=2, within="10d"),
    "research": flow("meta", "xai", people=2, within="90d", who='{ title = ["*research*"] }'),
    "watch": flow(
        None, None, people=1, within="90d", who=f'{{ person = ["press:{IDS["press"]}"] }}'
    ),
    "each": flow("meta", "xai", people=1, within="90d", group_by=["person"]),
}
PEOPLE = f"""# {NAME} under two ids
[[people]]
ids = ["press:{IDS["press"]}", "web:{IDS["web"]}", "remote:{IDS["press"]}"]
"""
CONFIG = """
[retention]
thin_after = "20d"
[channels.many]
kind = "file"
path = "digests.jsonl"
digest = 1
[sources.remote]
kind = "http"
url = "{url}/people/{{id}}"
contact = "{contact}"
purpose = "a test"
licence = "own"
retention = "3650d"
limits = {{ spacing = 0 }}
quality = {{ missing = 0.9 }}
watch = {{ file = "watched.txt" }}
"""
"""Old snapshots are thinned, many alerts are one message, and a service is asked about people."""
DAYS = ("2025-01-05", "2025-01-12", "2025-01-20", "2025-02-01", "2025-03-01")
LAST = len(DAYS) - 1
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


def at(organization: str, start: str = "2020-01") -> Any:
    """Return a job beside another one, at an organisation of few people."""
    return job(organization, start, title="Adviser on looms")


def at_meta(title: str = "Engineer") -> Any:
    return job("Meta", "2019-03", title=title)


def gone(day: str, title: str = "Engineer") -> list[Any]:
    return [job("Meta", "2019-03", day, title=title), job("xAI", day, title=f"{title} II")]


def observe(world: World, number: int) -> None:
    """Write what the three sources show on a day."""
    others = {**crowd("Meta", 24), **crowd("xAI", 24)}
    # Small snapshots are not thinned.
    many = {
        f"person-{n}-{n * 7919 % 1009}": profile(
            job(f"Organisation {n % 50}", f"20{n % 20:02}-03", title=f"title {n * 31}"),
            url=f"https://people.example/{n * 104729 % 99991}",
        )
        for n in range(300)
    }
    left = [("ada", "2025-01-10", 1), ("bob", "2025-01-25", 3), ("me", "2025-01-14", 2)]
    left.append(("cy", "2025-01-16", 2))
    shown = {
        who: (gone(day, TITLE if who == "me" else "Research Engineer"))
        if number >= since
        else [at_meta(TITLE if who == "me" else "Research Engineer")]
        for who, day, since in left
    }
    me = shown.pop("me")
    renamed = [at("Niant", "2025-02-20")] if number == LAST else [at("Fathom")]
    shown |= {f"fathom-{n}": renamed if n < 6 else [at("Fathom")] for n in range(9)}
    me = [*me, *renamed]
    for source in world.sources:
        here: dict[str, Any] = {**others, **many, **shown} if source == "press" else {**others}
        wrong = [job("MIT", "2012-13", "2014")] if source == "press" else []
        links = {"same_as": [f"press:{IDS['press']}"]} if source == "orcid" else {}
        url = {"url": URLS[source]} if source in URLS else {}
        here[IDS[source]] = profile(*me, *wrong, name=NAME, **url, **links)
        path = world.observe(DAYS[number], here, source=source)
        broken = json.dumps({"id": IDS[source], "name": NAME, "positions": 7})
        world.file(DAYS[number], f"{path.read_text(encoding='utf-8')}{broken}\n", source=source)


def plant(world: World, *, state: str) -> None:
    """Play the days, and put the person where no day puts them."""
    for number, day in enumerate(DAYS):
        observe(world, number)
        run(world, day)
    mine = world.move_rows(person=f"press:{IDS['press']}")
    assert "held" in {move_row["status"] for move_row in mine}
    move = next(
        move_row for move_row in mine if move_row["from"] and move_row["status"] == "counted"
    )
    note = ["--note", f"{NAME} confirmed it to me"]
    assert talentwatch(world, "moves", "decide", move["move"], "confirmed", *note).exit_code == 0
    mute = ["silence", "add", "--rule", "watch", "--for", "1", "--why", f"as {NAME} asked"]
    assert talentwatch(world, *mute).exit_code == 0
    ada = next(move_row for move_row in world.move_rows(person="ada") if move_row["from"])
    assert talentwatch(world, "moves", "decide", ada["move"], "false").exit_code == 0
    with State.open(world.settings.state) as opened, opened.transaction() as tx:
        body = {"type": "digest", "alerts": [{"headline": f"{NAME} went"}], "said": URLS["press"]}
        tx.enqueue([Outgoing(id="msg_dead", channel="lines", about="digest", body=body)], at=NOON)
        tx.mark_dead("msg_dead", at=NOON, error=f"no such person: {IDS['press']}")
        tx.record_notice(
            Notice(
                key="held:1",
                title="Held",
                text=f"a change of {NAME}",
                on=NOON.date(),
                examples=(IDS["press"],),
            )
        )
    run(world, "2025-03-02")
    if state == "sqlite":
        assert talentwatch(world, "backup").exit_code == 0
    assert talentwatch(world, "report").exit_code == 0


@pytest.fixture(scope="module")
def remote():
    """A service that knows three people, one of them the one to be forgotten."""

    def answer(asked: Asked) -> Said:
        person = asked.path.rpartition("/")[2]
        name = NAME if person == IDS["press"] else "Ada Long"
        record = {"id": person, "name": name, "positions": [{"organization": "Meta"}]}
        return Said.json(record, ETag='"v1"')

    with service() as running:
        running.answer = answer
        yield running.url


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def planted(request, tmp_path_factory, remote):
    """A watch with the person in every place."""
    world = World(
        tmp_path_factory.mktemp("planted") / "world",
        rules=RULES,
        people=PEOPLE,
        sources=("press", "orcid", "web"),
        config=CONFIG.format(url=remote, contact=CONTACT),
    )
    lists = f"p1 # Ada\n{IDS['press']} # {NAME}\np2\n"
    (world.root / "watched.txt").write_text(lists, encoding="utf-8")
    if request.param == "sqlite":
        plant(world, state="sqlite")
        yield world
        return
    url = request.getfixturevalue("new_state")
    config = world.root / "config.toml"
    config.write_text(f'state = "{url}"\n{config.read_text(encoding="utf-8")}', encoding="utf-8")
    plant(world, state="postgresql")
    yield world


@pytest.fixture(scope="module")
def new_state():
    """A schema of a PostgreSQL server."""
    from databases import new_schema  # noqa: PLC0415 -- only where it is asked for

    with new_schema() as url:
        yield url


def in_database(world: World) -> list[str]:
    """Which of the words some row of a PostgreSQL state has."""
    address = make_url(str(world.settings.state))
    options = address.query.get("options")
    with psycopg.connect(
        host=address.host,
        port=address.port,
        user=address.username,
        dbname=address.database,
        options=str(options),
    ) as connection:
        names = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
        ).fetchall()
        text = "".join(
            str(connection.execute(f'SELECT * FROM "{name}"').fetchall())  # noqa: S608 -- own names
            for (name,) in names
        )
    return [word for word in WORDS if word.casefold() in text.casefold()]


def counts(world: World) -> list[dict[str, Any]]:
    keys = (
        "rule",
        "status",
        "late",
        "count",
        "possible",
        "peak",
        "opened_on",
        "closed_on",
        "revision",
    )
    return [{key: alert[key] for key in keys} for alert in world.alerts()]


def of_days_before(world: World, day: str) -> list[str]:
    """The revisions that became known before a day, in full."""
    return sorted(
        repr(revision) for revision in world.revisions() if revision.known_on.isoformat() < day
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What there was of the person before the erasure, and what it said and left."""

    world: World
    before: "Shown"
    after: "Shown"
    own: list[str]
    """The ids of alerts that are made of the person's."""
    named: list[str]
    """In which files which of the words stood, before."""
    kept: list[str]
    """What the service was asked, and what was printed, before."""
    said: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What an erasure changes nothing of."""

    counts: list[dict[str, Any]]
    others: dict[str, Any]
    messages: int
    pictures: dict[str, bytes]


def shown(world: World) -> Shown:
    """Return it, with the picture of each alert that is about people alone."""
    return Shown(
        counts=counts(world),
        others=of_others(world),
        messages=len(world.sent()),
        pictures={
            alert: re.sub(rb"alert \w+", b"", picture) for alert, picture in drawn(world).items()
        },
    )


def drawn(world: World) -> dict[str, bytes]:
    """Draw the alerts of the rules that make no groups of people."""
    pictures, place = {}, world.root / "picture.svg"
    for alert in world.alerts():
        if not alert["group"] and alert["people"]:
            made = talentwatch(world, "chart", alert["alert"], "--out", str(place))
            assert made.exit_code == 0, made.output
            pictures[alert["alert"]] = place.read_bytes()
            place.unlink()
    return pictures


def said_in(world: World) -> str:
    """What commands print that say how it stands."""
    commands = (["status"], ["status", "--json"], ["deliveries", "--json"], ["decisions"])
    return "".join(talentwatch(world, *command).output for command in commands)


@pytest.fixture(scope="module")
def erased(planted):
    """The watch after the person was forgotten: each test may go on with it, in any order."""
    world, place = planted, planted.root / "evidence.zip"
    own = [
        alert["alert"]
        for alert in world.alerts("each")
        if alert["group"]["person"].partition(":")[2] in IDS.values()
    ]
    before, named = shown(world), found_in(world, *WORDS, *own)
    kept = [*of_the_service(world), *(word for word in WORDS if word in said_in(world))]
    bundle = talentwatch(world, "explain", own[0], "--bundle", str(place))
    assert bundle.exit_code == 0, bundle.output
    result = talentwatch(world, "forget", IDS["orcid"], "--reason", f"{NAME} wrote", "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    place.unlink()
    return Erased(
        world=world,
        before=before,
        after=shown(world),
        own=own,
        named=named,
        kept=kept,
        said=json.loads(result.stdout),
    )


def test_the_person_was_everywhere(erased):
    """In every place, and in alerts of every kind; a digest has an alert by its id."""
    assert {alert["status"] for alert in erased.before.counts} >= {"open", "closed", "withdrawn"}
    assert list(erased.world.root.glob("snapshots/store/*/*/seen.parquet"))
    assert {place.rpartition(": ")[2] for place in erased.named} >= {NAME, TITLE}
    places = {place.partition(": ")[0] for place in erased.named if place.endswith(NAME)}
    assert places >= {"people.toml", "watched.txt", "alerts.jsonl", "snapshots/board.db"}
    assert f"digests.jsonl: {erased.own[0]}" in erased.named
    assert NAME in erased.kept
    assert erased.before.others
    assert len(erased.before.pictures) > 1


def test_nothing_of_somebody_who_was_everywhere_stays(erased):
    """Not in a file, a free page, a row or what is printed; evidence that lies near is named."""
    world, is_sqlite = erased.world, erased.world.settings.state.startswith("sqlite")
    assert erased.said["left"] == [str(world.root / "evidence.zip")]
    assert found_in(world, *WORDS, *erased.own) == []
    assert of_the_service(world) == []
    assert [word for word in WORDS if word in said_in(world)] == []
    assert is_sqlite or in_database(world) == []
    if is_sqlite:
        copies = [*world.root.glob("snapshots/backups/*.db"), *world.root.glob("snapshots/*.db")]
        assert {free_pages(copy) for copy in copies} == {0}


def test_evidence_that_is_made_afterwards_has_nothing_of_the_person(erased):
    """Every file of the archive of every alert."""
    place = erased.world.root / "evidence.zip"
    for alert in erased.world.alerts():
        made = talentwatch(erased.world, "explain", alert["alert"], "--bundle", str(place))
        assert made.exit_code == 0, made.output
    assert found_in(erased.world, *WORDS, *erased.own) == []
    place.unlink()


def test_what_was_counted_and_what_is_others_is_as_before(erased):
    """The counts and pictures of all alerts, and all of the alerts that were never about them."""
    assert erased.after == erased.before


def test_a_year_of_replay_and_the_same_people_again_bring_nothing_back(erased):
    """The derived tables are made again from the numbered snapshots."""
    world, is_sqlite = erased.world, erased.world.settings.state.startswith("sqlite")
    revisions, sent = of_days_before(world, "2025-03-08"), len(world.sent())
    for source in world.sources:
        world.observe("2025-03-08", world.told[source], source=source)
    run(world, "2025-03-08")
    (world.root / "snapshots" / "derived.duckdb").unlink()
    assert talentwatch(world, "backfill", "--since", "2024-03-01").exit_code == 0
    assert found_in(world, *WORDS) == []
    assert is_sqlite or in_database(world) == []
    assert len(world.sent()) == sent
    assert of_days_before(world, "2025-03-08") == revisions
    assert talentwatch(world, "snapshots", "verify").exit_code == 0


def test_a_thinned_snapshot_that_is_healed_keeps_the_numbers(erased):
    """Also of one that rests on another of its month."""
    world = erased.world
    run(world, "2025-03-08")
    before = counts(world)
    thinned = sorted(world.root.glob("snapshots/store/press/*/changed-positions.parquet"))
    assert thinned
    for path in thinned:
        path.chmod(0o600)
        path.write_bytes(b"PAR1 damaged")
    healed = talentwatch(world, "snapshots", "verify", "--heal")
    assert healed.exit_code == 0, healed.output
    (world.root / "snapshots" / "derived.duckdb").unlink()
    run(world, "2025-03-08")
    assert counts(world) == before
    assert found_in(world, *WORDS) == []


def of_others(world: World) -> dict[str, Any]:
    """The alerts of which the person was never a part."""
    mine = {*IDS.values(), *(f"erased-{number}" for number in range(1, 5))}
    return {
        alert["alert"]: alert
        for alert in world.alerts()
        if not {person["person"].rpartition(":")[2] for person in alert["people"]} & mine
        and not {value.rpartition(":")[2] for value in alert["group"].values()} & mine
    }


def of_the_service(world: World) -> list[str]:
    """The files kept to go on asking the service, with validators of its answers, that name them.

    What was collected is a file of the inbox, which stays.
    """
    kept = [*world.root.rglob("work.sqlite*")]
    assert kept
    return [path.name for path in kept if IDS["press"].encode() in path.read_bytes()]


def free_pages(file: Path) -> int:
    """How many pages of a SQLite file hold nothing that counts."""
    with closing(sqlite3.connect(file)) as opened:
        return int(opened.execute("PRAGMA freelist_count").fetchone()[0])
