"""What people and programs are told of an alert."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from samples import HOSTILE, SUBJECT, after, alert, person

from monitor.base.records import AlertStatus, Coverage, Evidence, Interval, Notice, Reason, Side
from monitor.base.usual import Nowcast, Usual, UsualPast, UsualWindow
from monitor.delivery.messages import (
    AlertBody,
    DigestBody,
    NoticeBody,
    Subject,
    body,
    notice_body,
    plain,
    read,
    text,
)
from monitor.delivery.messages.bodies import (
    DigestEntry,
    NotListed,
    PersonBody,
    RevisionBody,
)
from monitor.delivery.messages.outline import outline
from monitor.delivery.messages.usual_words import UsualFigures, sum_lines

SCHEMA: dict[str, Any] = json.loads(
    files("monitor.schemas").joinpath("alert.schema.json").read_text(encoding="utf-8")
)


def check(document: Mapping[str, Any]) -> None:
    """Hold a document, as it goes over the wire, against the published schema."""
    wire = json.loads(msgspec.json.encode(document))
    Draft202012Validator(SCHEMA).validate(wire)


def test_a_document_fits_the_published_schema():
    """This is the contract with every webhook."""
    full = alert(
        "Ada",
        "Bo",
        possible_people=(person("Cy", certain_from=None, certain_until=None),),
        left_out=(person("Di", note="held until somebody decides", origin=None, before_on=None),),
        late=True,
        late_days=38,
    )
    check(body(full, subject=SUBJECT))
    check(body(after(full, Reason.CORRECTED, "Ada"), subject=SUBJECT, before=full))
    check(body(after(full, Reason.WITHDRAWN), subject=SUBJECT, before=full, backfill=True))
    check(body(alert("Ada", coverage=None), subject=replace(SUBJECT, board="https://b.example")))
    check(notice_body(Notice(key="k", title="t", text="x", on=date(2025, 1, 1), facts={"n": 1})))


@pytest.mark.parametrize(
    ("name", "struct"),
    [
        ("alert", AlertBody),
        ("notice", NoticeBody),
        ("digest", DigestBody),
        ("entry", DigestEntry),
        ("person", PersonBody),
        ("side", Side),
        ("revision", RevisionBody),
        ("days", Interval),
        ("not_listed", NotListed),
        ("evidence", Evidence),
        ("coverage", Coverage),
        ("usual", Usual),
        ("usual_window", UsualWindow),
        ("usual_past", UsualPast),
        ("nowcast", Nowcast),
    ],
)
def test_the_schema_names_every_key_and_no_other(name, struct):
    """A key that is only in the code is no promise; one that is only in the schema is a lie."""
    shape = msgspec.inspect.type_info(struct)
    assert isinstance(shape, msgspec.inspect.StructType | msgspec.inspect.DataclassType)
    written = {field.encode_name for field in shape.fields}
    tag = getattr(shape, "tag_field", None)
    part = SCHEMA["$defs"][name]
    assert set(part["properties"]) == written | ({tag} if tag else set())
    later = {
        "revisions",
        "merged_into",
        "headcount",
        "headcount_base",
        "not_listed",
        "unusual",
        "nowcast",
    }
    later |= {"least_people"}
    optional = later if struct is AlertBody else set()
    assert set(part["required"]) == set(part["properties"]) - optional


def test_a_message_lists_the_people_that_were_asked_for_and_counts_the_rest():
    """Whoever is new comes first; the command that lists everyone is named."""
    subject = replace(SUBJECT, most_people=5)
    before = alert(*(f"N{number}" for number in range(1, 9)), "Gone")
    now = after(
        before,
        Reason.GREW,
        *(f"N{number}" for number in range(1, 9)),
        "Zed",
        possible_people=(person("Cy"),),
        left_out=(person("Di"), person("Ed")),
    )
    document = body(now, subject=subject, before=before)
    check(document)
    assert [each["name"] for each in document["people"]] == ["N1", "N2", "N3", "Zed"]
    assert [each["name"] for each in document["taken_back"]] == ["Gone"]
    assert document["not_listed"] == {
        "people": 5,
        "new": 0,
        "possible_people": 1,
        "left_out": 2,
        "taken_back": 0,
        "command": "talentwatch explain a1",
    }
    shown = text(document)
    assert "8 more people are not listed here; `talentwatch explain a1` lists everyone." in shown
    assert "Counted (9)" in str(outline(document))


@pytest.mark.parametrize(("people", "unlisted"), [(4, None), (5, None), (6, 1)])
def test_a_message_counts_only_whom_it_leaves_out(people, unlisted):
    """As many as were asked for are listed, and then nothing is said of more."""
    names = [f"N{number}" for number in range(people)]
    document = body(alert(*names), subject=replace(SUBJECT, most_people=5))
    assert len(document["people"]) == min(people, 5)
    assert (document["not_listed"] or {}).get("people") == unlisted
    assert ("not listed here" in text(document)) == (unlisted is not None)


def test_new_names_that_are_not_listed_are_counted_in_the_sentence():
    """The sentence about who is new says how many more there are."""
    names = [f"N{number:02}" for number in range(30)]
    document = body(
        after(alert("Ada"), Reason.GREW, "Ada", *names),
        subject=replace(SUBJECT, most_people=3),
        before=alert("Ada"),
    )
    assert "New: N00, N01, N02 and 27 more." in text(document)


def test_without_a_limit_everyone_is_listed():
    """Evidence bundles list all of them."""
    document = body(alert(*(f"N{number}" for number in range(320))), subject=SUBJECT)
    assert len(document["people"]) == 320
    assert "not listed here" not in text(document)


def test_the_text_says_who_moved_when_how_sure_and_when_it_was_seen():
    """Each name can be checked by hand from the message alone."""
    shown = text(body(alert("Ada", "Bo", "Cy"), subject=SUBJECT))
    assert shown.startswith("Meta → xAI: 3 people within 90 days (threshold 3)\n")
    assert (
        "  - Ada: Meta (FAIR, researcher) → xAI (engineer); joined 1-30 June 2025; certain;"
        " still at Meta on 9 July 2025, at xAI on 7 August 2025; https://people.example/ada"
    ) in shown
    assert "34 people tracked at the origin, 30 of them seen" in shown


def test_who_may_have_counted_is_never_called_certain():
    """Somebody certain on days of their own only may count in this alert."""
    shown = text(body(alert("Ada", possible_people=(person("Bo"),)), subject=SUBJECT))
    assert "Possible, not counted (1):\n  - Bo: Meta" in shown
    assert "1-30 June 2025; possible; still" in shown


def test_one_sided_moves_are_told_without_inventing_the_other_side():
    """A departure to unknown and an arrival from unknown say what is not known."""
    gone = person("Ada", destination=None)
    come = person("Bo", origin=None)
    fresh = person("Cy", before_on=None)
    shown = text(body(replace(alert(), people=(gone, come, fresh)), subject=SUBJECT))
    assert (
        "→ unknown; left 1-30 June 2025; certain; still at Meta on 9 July 2025, no longer" in shown
    )
    assert (
        "Bo: unknown → xAI (engineer); joined 1-30 June 2025; certain; not yet at xAI on" in shown
    )
    assert "first seen on 7 August 2025, with this in the history" in shown


def test_a_late_alert_says_how_late():
    """A reader must not take old news for new."""
    late = alert("Ada", late=True, late_days=38, status=AlertStatus.CLOSED)
    late = replace(late, closed_on=date(2025, 6, 30), ends_on=date(2025, 6, 30))
    shown = text(body(late, subject=SUBJECT))
    assert "Late: it became known 38 days after it was over." in shown
    at_its_end = text(body(replace(late, late_days=0), subject=SUBJECT))
    assert "Late: it became known on the day on which it was over." in at_its_end
    assert "until 30 June 2025; known since 7 August 2025." in shown


@pytest.mark.parametrize(
    ("on", "days", "said"),
    [
        (date(2025, 8, 31), 0, ""),
        (date(2025, 9, 1), 1, "Late: you are told of it 1 day after it was over."),
    ],
)
def test_what_was_over_before_it_is_told_is_late(on, days, said):
    """No run happened while it was open; it became known in time, and is told too late."""
    closed = alert("Ada", status=AlertStatus.CLOSED)
    closed = replace(closed, closed_on=date(2025, 8, 31), ends_on=date(2025, 8, 31))
    document = body(closed, subject=SUBJECT, on=on)
    assert (document["late"], document["late_days"]) == (bool(said), days)
    assert said in text(document)
    assert body(closed, subject=SUBJECT, before=closed, on=on)["late"] is False


def test_a_closed_alert_does_not_say_that_people_returned():
    """The window moved on; nobody needs to have gone anywhere."""
    shown = text(body(after(alert("Ada"), Reason.CLOSED), subject=SUBJECT))
    assert shown.startswith("Over: Meta → xAI: 1 person")
    assert "The window moved on; it does not say that anyone returned." in shown


def test_a_grown_alert_names_who_is_new_first():
    """The update is about the new person."""
    before = alert("Ada", "Bo")
    document = body(after(before, Reason.GREW, "Ada", "Bo", "Cy"), subject=SUBJECT, before=before)
    shown = text(document)
    assert "3 people within 90 days (threshold 3), 1 new" in shown
    assert "New: Cy." in shown
    assert shown.index("- Cy (new)") < shown.index("- Ada")
    assert [each["new"] for each in document["people"]] == [False, False, True]


def test_a_correction_names_who_is_taken_back():
    """Those who were told a name are told that it was wrong."""
    before = alert("Ada", "Bo")
    corrected = after(before, Reason.CORRECTED, "Ada")
    shown = text(body(corrected, subject=SUBJECT, before=before))
    assert shown.startswith("Corrected: ")
    assert "Taken back: Bo." in shown
    withdrawn = text(body(after(before, Reason.WITHDRAWN), subject=SUBJECT, before=before))
    assert withdrawn.startswith("Withdrawn: ")
    assert "Taken back: Ada, Bo." in withdrawn


def test_the_count_is_the_alerts_own():
    """The ledger counted as the rule asks, certainly or possibly: a message counts nobody again."""
    over = person("Ada", certain_from=None, certain_until=None)
    counted = replace(alert("Bo"), people=(over, person("Bo")), peak=2, count=2)
    document = body(counted, subject=SUBJECT)
    assert document["count"] == 2
    assert "2 people within" in document["headline"]


def test_the_headline_uses_known_names_and_else_the_commonest_spelling():
    """A reader knows organisations by name, not by id."""
    rare = person("Bo", origin=Side(organization="meta", name="Facebook", team=None, title=None))
    people = (person("Ada"), rare, person("Cy"))
    mixed = replace(alert(), people=people)
    assert body(mixed, subject=SUBJECT)["headline"].startswith("Meta → xAI")
    named = Subject(title="t", window="w", names={"meta": "Meta Platforms"})
    assert body(mixed, subject=named)["headline"].startswith("Meta Platforms → xAI")
    other = person("Di", origin=Side(organization="apple", name="Apple", team=None, title=None))
    several = body(replace(mixed, people=(*people, other)), subject=SUBJECT)
    assert several["headline"].startswith("several organisations → xAI")


def test_withdrawing_says_from_where_to_where_it_was_told():
    """A reader finds in the first line what it takes back."""
    told = alert("Ada")
    withdrawn = body(after(told, Reason.WITHDRAWN), subject=SUBJECT, before=told)
    assert withdrawn["headline"].startswith("Withdrawn: Meta → xAI, ")


def test_withdrawing_falls_back_on_the_title():
    """Where it is not known of whom was told, nobody is there to name the organisations by."""
    withdrawn = body(after(alert("Ada"), Reason.WITHDRAWN), subject=SUBJECT)
    assert withdrawn["headline"].startswith("Withdrawn: Meta is losing people to xAI")


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_cannot_reach_the_terminal(name):
    """No control character, escape sequence or turned direction survives in text."""
    document = body(replace(alert(), people=(person("Ada", name=name),)), subject=SUBJECT)
    check(document)
    shown = text(document)
    assert max(map(len, shown.splitlines())) < 1000
    assert not [mark for mark in shown if mark != "\n" and (ord(mark) < 32 or mark in "\u202e\x7f")]


@given(st.text())
def test_made_plain_is_plain(words):
    """Making it plain again changes nothing, and it is one line."""
    once = plain(words)
    assert plain(once) == once
    assert len(once.splitlines()) <= 1
    once.encode()


def test_a_document_reads_back():
    """What waits in the outbox for days is still understood."""
    document = body(alert("Ada"), subject=SUBJECT)
    wire = json.loads(msgspec.json.encode(document))
    assert read(wire) == read(document)


JUDGED = Usual(
    judged_on=date(2025, 8, 7),
    chance_per_year=0.08,
    groups=9120,
    basis="pair",
    expected_so_far=1.2,
    share_known=0.71,
    leaver_share=0.051,
    closeness=0.63,
    window=UsualWindow(ends_on=date(2025, 6, 30), days=90, seen=5, left=37, joined=210, panel=4137),
    past=UsualPast(since=date(2022, 4, 2), until=date(2025, 3, 17), seen=4, expected=6.9),
)
NOTHING_KNOWN: dict[str, Any] = dict.fromkeys(
    (
        *("expected_so_far", "share_known", "leaver_share", "closeness", "chance_per_year"),
        *("groups", "basis", "window", "past"),
    )
)


@pytest.mark.parametrize(
    ("changes", "expected", "chance", "said"),
    [
        (
            {},
            1.7,
            0.0024,
            (
                "Is that a lot? Yes: about 1.7 people would be expected to go this way in 90 days,"
                " with those whose profiles will show it later; by chance there are 5 or more less"
                " than once in 400 such windows. Over all 9,120 pairs watched, chance alone makes"
                " an alert as rare as this, for one or another of them, about once in 12 years."
            ),
        ),
        (
            {"basis": "new", "chance_per_year": 2.2},
            0.04,
            0.0001,
            (
                "Is that a lot? For these two, yes: under 0.1 people would be expected to go this"
                " way in 90 days, with those whose profiles will show it later; by chance there are"
                " 5 or more less than once in 10,000 such windows. Nobody was seen to go there"
                " before: only other newcomers can be compared. But over all 9,120 pairs watched,"
                " chance alone makes an alert as rare as this, for one or another of them, about 3"
                " times a year."
            ),
        ),
        (
            {},
            4.1,
            0.41,
            (
                "Is that a lot? No: about 4.1 people would be expected to go this way in 90 days,"
                " with those whose profiles will show it later; there are 5 or more in four of ten"
                " such windows."
            ),
        ),
        (
            {"basis": "one side", "groups": 1},
            2.0,
            0.06,
            (
                "Is that a lot? Somewhat: about 2.0 people would be expected to go this way in 90"
                " days, with those whose profiles will show it later; by chance there are 5 or more"
                " about once in 16 such windows."
            ),
        ),
        (
            {"reason": "short_history", **NOTHING_KNOWN},
            None,
            None,
            "Whether that is a lot cannot be told yet: there is too short a past to compare with.",
        ),
    ],
)
def test_a_message_says_whether_that_is_a_lot(changes, expected, chance, said):
    """Or why nobody can tell; no odds are rarer than were ever held against what happens."""
    judged = alert("Ada", expected=expected, probability=chance, unusual=replace(JUDGED, **changes))
    document = body(judged, subject=SUBJECT)
    check(document)
    assert said in text(document)


def test_the_message_of_a_withdrawn_alert_says_nothing_of_chance():
    """What no longer holds is no lot."""
    judged = alert("Ada", expected=1.7, probability=0.0024, unusual=JUDGED)
    gone = after(judged, Reason.WITHDRAWN)
    assert "Is that a lot" not in text(body(gone, subject=SUBJECT, before=judged))


def test_the_sum_behind_an_expectation_goes_line_by_line():
    """Each figure of it is in the document, or follows from two that are."""
    figures = UsualFigures(expected=1.7, probability=0.0024, unusual=JUDGED)
    assert list(sum_lines(figures))[1:] == [
        "How that is reckoned, as known on 2025-08-07:",
        (
            "  37 people left the origin in the 90 days up to 2025-06-30. Of those who changed"
            " anywhere, 5.1% go to the destination, usually and now: 1.89."
        ),
        (
            "  These two exchange fewer than their sizes say: 4 from 2022-04-02 to 2025-03-17,"
            " where 6.9 were to be expected. So, shrunk, times 0.63: 1.20."
        ),
        "  Of the moves of those days 71% is known by then, so 1.70 in the end. 5 were seen.",
    ]
