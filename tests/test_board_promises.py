"""What the board promises whoever asks, however they ask, and whatever profiles say."""

import csv
import io
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import date

import hypothesis.strategies as st
import jsonschema
import pytest
from board_client import BoardClient
from hypothesis import given, settings
from story import Profile, World, crowd, flow, job, profile
from tempo import examples
from test_board import TODAY, addresses_of, alerts, call, client, lines, world  # noqa: F401 -- fixtures
from test_board_api import described, shape_of  # noqa: F401 -- a fixture
from test_report import HOSTILE, Page

from monitor.board.group_counts import GroupCounts
from monitor.board.read_model import open_read_model, read_model_path

ASKED_OF_ALERTS = st.fixed_dictionaries(
    {"sort": st.just("oldest")},
    optional={
        "rule": st.sampled_from(["one", "two"]),
        "status": st.sampled_from(["open", "closed", "withdrawn", "merged"]),
        "since": st.dates().map(str) | st.sampled_from(["2025-01-31", "2025-02-01", "2025-02-02"]),
    },
)


@pytest.mark.slow
@settings(max_examples=examples(200))
@given(asked=ASKED_OF_ALERTS)
def test_page_json_csv_and_command_have_the_same_alerts_whatever_is_asked(world, client, asked):  # noqa: F811
    """The command has no word for the order: it has the oldest first."""
    options = [
        part for name, value in asked.items() if name != "sort" for part in (f"--{name}", value)
    ]
    items = client.get("/alerts.json", params=asked).json()["items"]
    assert items == lines(call(world, "alerts", "--json", *options).stdout)
    rows = csv.DictReader(io.StringIO(client.get("/alerts.csv", params=asked).text))
    assert [row["alert"] for row in rows] == [item["alert"] for item in items]
    page = client.get("/alerts", params=asked).text
    assert all(f'href="/alerts/{item["alert"]}"' in page for item in items)


DAYS = ["2025-01-01", "2025-01-02", "2025-02-01", "2025-02-02", "2025-02-10", "2025-02-11"]
SINCE = st.dates().map(str) | st.sampled_from(DAYS)
PEOPLE = st.fixed_dictionaries({}, optional={"people": st.integers(1, 5).map(str)})
SENT = {"status": st.sampled_from(["pending", "sent", "accepted", "dead"]), "since": SINCE}
ASKED_OF_LISTS = st.one_of(
    st.tuples(st.just("deliveries"), st.fixed_dictionaries({}, optional=SENT)),
    st.tuples(st.just("snapshots"), st.fixed_dictionaries({}, optional={"since": SINCE})),
    st.tuples(st.sampled_from(["rules steps one", "rules steps two"]), PEOPLE),
)
"""What is asked of which command; a page has the path that the words make."""


@pytest.mark.slow
@settings(max_examples=examples(200))
@given(asked=ASKED_OF_LISTS)
def test_page_json_csv_and_command_have_the_same_rows_about_the_watch(world, client, asked):  # noqa: F811
    """Of messages, snapshots and counts; the command lists one source after the other."""
    command, filters = asked
    path = {"rules steps one": "/rules/one/steps", "rules steps two": "/rules/two/steps"}
    address = path.get(command, f"/{command}")
    options = [part for name, value in filters.items() for part in (f"--{name}", value)]
    if command == "snapshots":
        filters = {**filters, "sort": "oldest"}
    items = client.get(f"{address}.json", params=filters).json()["items"]
    assert items == lines(call(world, *command.split(), "--json", *options).stdout)
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}.csv", params=filters).text)))
    assert len(rows) == len(items)
    assert all(
        str(item[name]) == row[name]
        for item, row in zip(items, rows, strict=True)
        for name in ("id", "observed_on", "count", "peak")
        if name in item
    )
    table = client.get(address, params=filters).text.partition('<table class="people">')[2]
    assert table.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>") == len(items)


ANYTHING = st.text(max_size=20) | st.sampled_from(["0", "1", "-1", "2025-02-30", "meta", "any"])


@pytest.mark.slow
@settings(max_examples=examples(100))
@given(data=st.data())
def test_whatever_is_asked_of_the_api_is_answered_as_it_is_described(client, described, data):  # noqa: F811
    """With rows or the one thing, or a problem in the words of RFC 9457; it never breaks."""
    path = data.draw(st.sampled_from(sorted(described["paths"])))
    asked, address = {}, path
    for parameter in described["paths"][path]["get"]["parameters"]:
        said = ANYTHING | st.sampled_from(parameter["schema"].get("enum", ["1"]))
        if parameter["in"] == "path":
            word = data.draw(st.sampled_from(["two", "meta", "press:ada", "none", "%00", "\u202e"]))
            address = address.replace(f"{{{parameter['name']}}}", word)
        elif data.draw(st.booleans()):
            asked[parameter["name"]] = data.draw(said)
    answer = client.get(address, params=asked)
    is_counted = answer.status_code == 503 and "within" in asked
    assert is_counted or answer.status_code in {200, 308, 400, 404}, (address, asked, answer.text)
    if answer.status_code == 200:
        jsonschema.validate(answer.json(), shape_of(described, path))
    elif answer.status_code != 308:
        assert answer.headers["content-type"] == "application/problem+json"
        assert {"title", "status", "detail"} <= answer.json().keys()


STEPS = st.dictionaries(
    st.dates(date(2024, 1, 1), date(2024, 1, 20)), st.integers(0, 4), max_size=6
).map(lambda steps: sorted(steps.items()))


@given(steps=STEPS, day=st.dates(date(2023, 12, 30), date(2024, 1, 25)), people=st.integers(1, 5))
def test_counts_that_are_not_read_are_as_those_that_are(steps, day, people):
    """Of most groups only the last step is read; it makes no difference."""
    written = [
        {"day": str(on), "certain": count, "possible": count + 1, "back": 0} for on, count in steps
    ]
    highest = max((count for _, count in steps), default=0)
    counts = GroupCounts(
        grouping="",
        group={},
        known_on=day,
        steps_json=json.dumps(written),
        sure="certain",
        highest=highest,
        possible=highest + 1,
    )
    assert counts.on(day) == ([0] + [count for on, count in steps if on <= day])[-1]
    before = [0, *(count for _, count in steps)]
    reached = [
        on for (on, count), last in zip(steps, before, strict=False) if last < people <= count
    ]
    assert counts.openings(people) == reached
    assert [*counts.reached()].count(people) == len(reached)
    assert replace(counts, highest=None).peak == counts.peak
    assert counts.steps == [(on, count, count + 1) for on, count in steps]


KILLED = """
import os, signal, sys
from pathlib import Path
from monitor.base.settings import load_settings
from monitor.board import publishing
from monitor.board.read_model import read_model_path
from monitor.wiring import open_engine
settings = load_settings(Path(sys.argv[1]))
bring, table = publishing._bring, sys.argv[2]
def killed(engine, model, name):
    if name == table:
        os.kill(os.getpid(), signal.SIGKILL)
    bring(engine, model, name)
publishing._bring = killed
with open_engine(settings) as engine:
    engine.fill("counted_rules", ["rule", "version"], [("another", "1")])
    publishing.publish(engine, read_model_path(settings))
"""


@pytest.mark.slow
@pytest.mark.parametrize("table", ["moves", "counts"])
def test_a_kill_in_a_publication_leaves_the_one_before(world, tmp_path, table):  # noqa: F811
    """Readers go on with it, and the next publication is whole."""
    there = world.copied(tmp_path / "world")
    path = read_model_path(there.settings)
    before = _published(path)
    with closing(sqlite3.connect(path)) as changed, changed:
        changed.execute("DELETE FROM board_names")
        changed.execute("DELETE FROM board_meta WHERE name = 'content'")
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(there.root / "config.toml"), table],
        check=False,
        env={**os.environ},
    )
    assert ended.returncode == -signal.SIGKILL
    assert _published(path) == before
    with closing(sqlite3.connect(path)) as model:
        assert model.execute("SELECT count(*) FROM board_names").fetchone() == (0,)
    assert call(there, "run", "--now", "2025-02-12").returncode == 0


def _published(path):
    counts = {"rule": "two", "grouping": None, "sure": True, "most": 10}
    with open_read_model(path) as model:
        assert model is not None
        return model.rows("judged_snapshots"), model.rows("listed_counts", **counts)


def _hostile(number: int) -> Profile:
    """A profile whose every text is drawn from what has broken pages before."""
    draw = random.Random(number)
    parts = [
        *(HOSTILE, "</svg><script>1</script>", "javascript:alert(1)", "' onmouseover='x", "\u202e"),
        *("=1+1", "@SUM(A1)", "{{ 7*7 }}", "{% raw %}", "]]>", "&lt;", "\u0000", "\\", "m" * 3000),
        *("بوب", "漢字", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "\t"),
    ]
    text = lambda: "".join(draw.choices(parts, k=3)).replace("\u0000", "")  # noqa: E731
    left = [job("Meta", title=text(), team=text(), end="2025-01-10")]
    return profile(
        *left,
        job("xAI", title=text(), team=text(), start="2025-01-11"),
        name=text(),
        url=draw.choice(["javascript:alert(1)", "https://people.example/a", "data:text/html,x"]),
    )


def _told(folder, many: int) -> World:
    told = World(folder, rules={"two": flow("meta", "xai", people=2, within="90d")})
    people = {f"h{number}": _hostile(number) for number in range(many)}
    told.on("2025-01-01", **{who: profile(job("Meta")) for who in people}, **crowd("Meta", many))
    told.then("2025-02-01", **people)
    assert call(told, "run", "--now", "2025-02-10").returncode == 0
    return told


@pytest.mark.slow
@pytest.mark.parametrize("many", [60, pytest.param(10_000, marks=pytest.mark.long)])
def test_no_page_of_many_hostile_profiles_runs_or_leads_anywhere(tmp_path, many):
    """Every word of theirs is text, on every page that shows any of them."""
    told = _told(tmp_path, many)
    client = BoardClient(told.root / "config.toml", day=TODAY)  # noqa: F811
    (alert,) = client.get("/alerts.json").json()["items"]
    pages = [page.replace("press:ada", "press:h1") for page in addresses_of([alert])]
    pages += [f"/people/press:h{number}" for number in range(0, many, max(1, many // 30))]
    pages += [f"/alerts/{alert['alert']}?limit=500", "/moves?limit=500", "/find?q=script"]
    for address in pages:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.text)
        page = Page(answer.text)
        assert not {"script", "img", "iframe", "object"} & {*page.tags}, address
        assert not [name for name, _ in page.attributes if name.startswith("on")], address
        links = [value for name, value in page.attributes if name in {"href", "src", "action"}]
        allowed = ("/", "?", "#", "https://people.example/")
        assert all(link.startswith(allowed) for link in links), address
        assert "\u202e" not in answer.text
    shown = client.get(f"/alerts/{alert['alert']}.json?limit=500").json()
    assert json.dumps(shown)
    assert len(shown["people"]) > 0.9 * min(many, 500)  # some lines are set aside
