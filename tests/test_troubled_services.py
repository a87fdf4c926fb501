"""No failure of a service takes anybody out of the file of a day, at any kind, whichever it is."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from services import Asked, Said, Service, VirtualTime, Watch, service, watch
from tempo import first_quick, first_slow, slow
from test_collecting import each, people
from troubled_services import FILLED, PEOPLE, TROUBLES, followed

from monitor.base.errors import SourceError
from monitor.intake.collecting.connectors import CONNECTORS
from monitor.intake.collecting.kept.work import Work
from monitor.intake.collecting.planning import progress_of, standing_of

LIMITS = "limits = { spacing = 0, megabytes = 1, seconds = 2, retries = 1 }"
KINDS = sorted({*FILLED, "pages"})
EACH = [(kind, who) for kind in KINDS for who in ("one", "all")]
SIGN_IN = {
    "/ring": Said(status=302, headers={"Location": "/ring"}),
    "/login": Said(body=b"<html>sign in"),
}
"""Where redirects lead to."""
ADVISED = re.compile(
    "if it stays so|it goes on from|look at the token|of the watch list not found|to be listed"
)
"""What is to be done is said with each trouble."""
HALF_A_TEAM = {("pages", "half"), ("pages", "too short a length")}
"""A page may end anywhere, and half of a team is believed at the second look alone."""
Trouble = Callable[[Said], Said]


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> VirtualTime:
    monkeypatch.setenv("OWN_KEY", "own-key")
    return VirtualTime()


def troubled(running: Service, trouble: Trouble, *, place: int | None) -> Callable[[Asked], Said]:
    """A service whose answers are as before but for a trouble, with all or with the nth request."""
    well, of = running.answer, list[Any]()

    def answer(asked: Asked) -> Said:
        if asked.path in SIGN_IN:
            return SIGN_IN[asked.path]
        if asked.path == "/robots.txt":
            return well(asked)
        key = (asked.path, asked.query, asked.body)
        if key not in of:
            of.append(key)
        marks = {"if-none-match", "if-modified-since"}
        whole = {name: text for name, text in asked.headers.items() if name not in marks}
        said = well(replace(asked, headers=whole))
        return trouble(said) if place in {None, of.index(key)} else said

    return answer


def what_waits(watching: Watch) -> str:
    """What `sources list` and `status` say of the source."""
    lacks = standing_of(progress_of(watching.plan, watching.time.now))
    return "; ".join(lack.text for lack in lacks)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "who"), first_slow(EACH))
def test_no_trouble_of_a_service_takes_anybody_for_gone(tmp_path, time, kind, who):
    """Everybody stays as last seen, it is said why, and the day after all are looked at."""
    with service(time) as running:
        watching = watch(tmp_path, time, followed(kind, running, more=LIMITS))
        assert watching.collect().is_complete
        known, well, inbox = watching.profiles(), running.answer, watching.plan.folder
        assert len(known) == PEOPLE
        for name, trouble in TROUBLES.items():
            time.next_day()
            running.answer = troubled(running, trouble, place=None if who == "all" else 0)
            try:
                collected = watching.collect()
                said = collected.note or ""
            except SourceError as exc:
                said = str(exc)
            is_silent = name == "429, seconds" or (kind, name) in HALF_A_TEAM
            assert bool(ADVISED.search(said)) or (is_silent and not said), (name, said)
            if (inbox / f"{time.now.date()}.jsonl").exists():
                seen = {key: {**row} for key, row in watching.profiles().items()}
                assert all(row.pop("seen_on", None) or True for row in seen.values())
                assert seen == known, name
                assert watching.absences() == {}, name
            with Work.opened(inbox, reading=True) as work:
                assert work.withdrawn() == [], name
            assert what_waits(watching) or not said, name
            running.answer = well
            time.now += timedelta(days=5)
            assert watching.collect().is_complete, name
            assert (watching.profiles(), what_waits(watching)) == (known, ""), name


SAYS_NOTHING = {name: TROUBLES[name] for name in ("nothing", "null", "empty table", "empty list")}


@pytest.mark.parametrize("place", [0, slow(1)])
@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_of_nobody_is_no_answer(tmp_path, time, kind, place):
    """A good status with nothing in it is named, and keeps whom it was about as last seen."""
    with service(time) as running:
        watching = watch(tmp_path, time, followed(kind, running, more=LIMITS))
        watching.collect()
        known, well = watching.people(), running.answer
        for trouble in SAYS_NOTHING.values():
            time.next_day()
            running.answer = troubled(running, trouble, place=place)
            watching.collect()
            is_asked_for = kind != "pages" or place == 0
            assert bool(what_waits(watching)) is is_asked_for
            assert watching.people() == known
            running.answer = well


@pytest.mark.parametrize("kind", sorted({*FILLED} - {"peopledatalabs"}))
def test_the_record_of_somebody_else_makes_nobody_one_with_them(tmp_path, time, kind):
    """Answers that were mixed up on the way, for a day: no merger, and all are asked for again.

    People Data Labs answers for a former id with the record that remains, and says no more.
    """
    with service(time) as running:
        watching = watch(tmp_path, time, followed(kind, running, more=LIMITS))
        watching.collect()
        known, well = watching.profiles(), running.answer
        time.next_day()
        of = list[Asked]()

        def mixed_up(asked: Asked) -> Said:
            of.append(asked)
            marks = {"if-none-match", "if-modified-since"}
            whole = {name: text for name, text in asked.headers.items() if name not in marks}
            is_first = asked.path == of[0].path
            path = running.asked[1].path if is_first and kind != "wikidata" else asked.path
            path = path.replace("Q1", "Q2") if kind == "wikidata" and is_first else path
            return well(replace(asked, headers=whole, path=path))

        running.answer = mixed_up
        assert watching.collect().failed == 1
        assert what_waits(watching)
        seen = {key: {**row} for key, row in watching.profiles().items()}
        assert sum(row.pop("seen_on", None) is not None for row in seen.values()) == 1
        assert (seen, watching.absences()) == (known, {})
        running.answer = well
        time.next_day()
        assert watching.collect().is_complete
        assert watching.profiles() == known


@pytest.mark.parametrize("status", [404, 410, 451])
@pytest.mark.parametrize("kind", first_quick(["http", "github", "openalex", "orcid", "wikidata"]))
def test_a_service_that_moved_deletes_nobody(tmp_path, time, kind, status):
    """Whoever is not found is deleted, unless most are at once: then it is said, and they stay."""
    with service(time) as running:
        watching = watch(tmp_path, time, followed(kind, running, more=LIMITS))
        watching.collect()
        known, well = watching.profiles(), running.answer
        running.answer = lambda _: Said(status=status)
        for _ in range(2):
            time.next_day()
            collected = watching.collect()
            assert collected.is_blind
            assert "6 people of 6: the service may have moved" in str(collected.note)
            assert "the service may have moved" in what_waits(watching)
            assert watching.people() == {*known}
        running.answer = well
        time.next_day()
        assert watching.collect().is_complete
        assert watching.profiles() == known


@pytest.mark.parametrize(
    ("of", "missing", "withdrawn"),
    [(6, 4, 4), (6, 5, 0), (6, 6, 0), (4, 4, 0), (2, 2, 0), (2, 1, 1), (1, 1, 1)],
)
def test_whoever_is_not_found_is_hidden_unless_most_of_five_or_all_of_two_are(
    tmp_path, time, of, missing, withdrawn
):
    """Four of six are gone; five of six, or two of two, are a service in trouble."""
    with service(time) as running:
        watching = watch(tmp_path, time, each(running.url, of))
        running.answer = people(of)
        watching.collect()
        known, well = watching.people(), running.answer
        gone = {f"/people/p{number}" for number in range(1, missing + 1)}
        time.next_day()
        running.answer = lambda asked: Said(status=404) if asked.path in gone else well(asked)
        assert watching.collect().is_complete is bool(withdrawn)
        assert len(watching.absences()) == withdrawn
        assert len(watching.people()) == len(known) - withdrawn


def test_a_budget_in_the_middle_leaves_open_who_is_gone_until_it_can_be_told(tmp_path, time):
    """Five who are not found on the first day of a round are hidden when six are found."""
    with service(time) as running:
        keys = each(running.url, 12)
        watching = watch(tmp_path, time, keys)
        well = people(12)
        running.answer = well
        watching.collect()
        gone = {f"/people/p{number}" for number in range(1, 6)}
        running.answer = lambda asked: Said(status=404) if asked.path in gone else well(asked)
        watching = watch(tmp_path, time, each(running.url, 12, "budget = 6"))
        for hidden, looked in ((0, 1), (5, 6)):
            time.next_day()
            assert watching.collect().is_complete is bool(hidden)
            assert len(watching.absences()) == hidden
            seen = [row for row in watching.profiles().values() if "seen_on" not in row]
            assert len(seen) == looked


@pytest.mark.parametrize("answer", [Said(status=500), Said.json({}), Said(status=403)])
def test_a_round_in_which_nobody_was_reached_is_asked_anew_by_the_next_run(tmp_path, time, answer):
    """Once the trouble is mended, nobody waits for the next day; until then it stays named."""
    with service(time) as running:
        watching = watch(tmp_path, time, each(running.url, 3))
        running.answer = lambda _: answer
        for asked in (3, 6):
            assert watching.collect().is_blind
            assert len(running.asked) == asked
            assert what_waits(watching).startswith("3 could not be reached, such as")
        running.answer = people(3)
        assert watching.collect().is_complete
        assert watching.people() == {"p1", "p2", "p3"}
        assert len(running.asked) == 9


def test_an_address_that_is_mended_is_asked_at_once(tmp_path, time):
    """Though the round of the wrong one was tried on the same day."""
    with service(time) as wrong, service(time) as right:
        right.answer = people(2)
        assert watch(tmp_path, time, each(wrong.url, 2)).collect().note
        wrong.answer = lambda _: Said(status=400)
        time.next_day()
        assert watch(tmp_path, time, each(wrong.url, 2)).collect().is_blind
        watching = watch(tmp_path, time, each(right.url, 2))
        assert watching.collect().is_complete
        assert watching.people() == {"p1", "p2"}


def test_every_kind_of_service_has_troubles():
    """A new connector is put into FILLED of troubled_services."""
    assert {*KINDS} == {*CONNECTORS}
