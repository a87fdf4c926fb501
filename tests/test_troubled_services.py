"""No failure of a service takes anybody out of the file of a day, at any kind, whichever it is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from services import Asked, Said, Service, VirtualTime, Watch, service, watch
from tempo import first_slow, slow
from troubled_services import PEOPLE, TROUBLES, followed

from monitor.base.errors import SourceError
from monitor.intake.collecting.connectors import CONNECTORS
from monitor.intake.collecting.kept.work import Work
from monitor.intake.collecting.planning import progress_of, standing_of

LIMITS = "limits = { spacing = 0, megabytes = 1, seconds = 2, retries = 1 }"
EACH = [(kind, who) for kind in sorted(CONNECTORS) for who in ("one", "all")]
SIGN_IN = {
    "/ring": Said(status=302, headers={"Location": "/ring"}),
    "/login": Said(body=b"<html>sign in"),
}
"""Where redirects lead to."""
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
            assert said or name == "429, seconds", name
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
@pytest.mark.parametrize("kind", sorted(CONNECTORS))
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


@pytest.mark.parametrize("kind", sorted({*CONNECTORS} - {"pages", "peopledatalabs"}))
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
