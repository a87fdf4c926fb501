"""The board's pages of flows, moves, organisations and people: each figure opens its people."""

import csv
import html
import io
import json
import re
import subprocess
import sys
from datetime import datetime

import pytest
from board_client import BoardClient
from command_line import run_here
from hypothesis import given, settings
from hypothesis import strategies as st
from story import World, crowd, flow, job, profile
from tempo import examples, first_slow

from monitor.base.settings import load_settings
from monitor.base.statements import statement
from monitor.board.answers.filters import next_page
from monitor.board.server.pages.organization import rule_name, rule_text
from monitor.identity.organizations import Directory
from monitor.rules.language import load_rules

FAR_EAST = "شركة الاتصالات"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return a world where people came and went, some twice, some with dates to the year."""
    world = World(
        tmp_path_factory.mktemp("flows"),
        rules={
            "one": flow("meta", "xai", people=1, within="365d"),
            "there": '[stock]\nat = "xai"\nformerly = "meta"\npeople = 1\n',
        },
    )
    who = ("ada", "bob", "eve", "gus", "ida")
    same = {"twin": profile(job("Meta", start="2020"), same_as=["ada"], name="Ada Twin")}
    start = {name: profile(job("Meta", start="2020"), name=name.title()) for name in who}
    world.on("2025-01-01", **start, **same, **crowd("Meta"), old=[job("DeepMind"), job("NASA")])
    world.then(
        "2025-02-01",
        ada=profile(job("xAI", start="2025-01-10", team="Core"), name="Ada"),
        bob=profile(job("xAI", start="2025-01"), name="Bob"),
        gus=profile(job(FAR_EAST, start="2025"), name="Gus"),
    )
    world.then(
        "2025-05-01",
        ada=profile(job("Meta", start="2025-04-02"), name="Ada"),
        bob=profile(job("Meta", start="2020"), name="Bob"),
        eve=profile(job("DeepMind", start="2025-03", team="core"), name="Eve"),
        ida=profile(job("Meta", start="2020", end="2025-04"), name="Ida"),
    )
    world.then("2025-08-01", ada=profile(job("xAI", start="2025-07"), name="Ada"))
    assert call(world, "run", "--now", "2025-08-10").returncode == 0
    return world


@pytest.fixture(scope="module")
def client(world):
    """Return a client of the board."""
    return BoardClient(world.root / "config.toml", day=datetime(2025, 8, 11))  # noqa: DTZ001 -- a day


def call(world, *arguments):
    return run_here(*arguments, "--config", str(world.root / "config.toml"))


def items(client, address: str, **asked: str):
    answer = client.get(address, params={**asked, "limit": "500"})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def links(text: str, beginning: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(rf'href="({beginning}[^"]*)"', text)]


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "from": st.sampled_from(["Meta", "google", "DeepMind", "xai"]),
        "to": st.sampled_from(["meta", "X.AI", "google", "deepmind", FAR_EAST]),
        "team": st.sampled_from(["Core", "none"]),
        "since": st.sampled_from(["2024-12-31", "2025-01-31", "2025-02-01", "2025-07-01"]),
        "until": st.sampled_from(["2025-08-01", "2025-08-02"]),
        "known": st.sampled_from(["2025-01-31", "2025-02-01", "2025-05-01", "2025-08-01"]),
        "window": st.sampled_from(["30", "90", "365", "all"]),
        "clock": st.sampled_from(["moved", "seen"]),
    },
)


@pytest.mark.slow
@settings(max_examples=examples(200))
@given(asked=FILTERS)
def test_the_people_behind_each_cell_are_as_many_as_it_says(client, asked):
    """Whatever is asked for: whoever follows a figure finds those whom it counts."""
    page = client.get("/flows", params=asked)
    assert page.status_code == 200
    flows = items(client, "/flows.json", **asked)
    listed = page.text.partition("Every pair")[2]
    for one, address in zip(flows, links(listed, "/moves"), strict=True):
        moves = client.get(address.replace("/moves", "/moves.json") + "&limit=500").json()["items"]
        assert len({move["person"] for move in moves}) == one["people"], address
    cells = re.findall(r'<td class="h\d"><a href="([^"]+)">(\d+)</a>', page.text)
    known = [one for one in flows if None not in (one["from"], one["to"])]
    assert sum(int(people) for _, people in cells) == sum(one["people"] for one in known)
    assert {html.unescape(address) for address, _ in cells} <= {*links(listed, "/moves")}


OF_COMMANDS = st.fixed_dictionaries(
    {},
    optional={
        "from": st.sampled_from(["Meta", "google", "DeepMind", "xai"]),
        "to": st.sampled_from(["meta", "X.AI", "google", "deepmind", FAR_EAST]),
        "since": st.sampled_from(["2024-12-31", "2025-01-31", "2025-02-01"]),
        "until": st.sampled_from(["2025-03-01", "2025-08-01", "2025-08-02"]),
        "known": st.sampled_from(["2025-01-31", "2025-02-01", "2025-05-01", "2025-08-01"]),
        "person": st.sampled_from(["ada", "press:bob", "GUS"]),
    },
)


@pytest.mark.slow
@settings(max_examples=examples(200))
@given(asked=OF_COMMANDS, command=st.sampled_from(["flows", "moves"]))
def test_page_json_csv_and_command_have_the_same_rows(world, client, asked, command):
    """Four forms of one answer, whatever is asked for: the same rows with the same keys."""
    if command == "flows":
        asked = {name: value for name, value in asked.items() if name != "person"}
    names = {"known": "as-known-on"}
    options = [x for key, value in asked.items() for x in (f"--{names.get(key, key)}", value)]
    more = {"window": "all"} if command == "flows" else {}
    said = call(world, command, "--json", *options).stdout.splitlines()
    found = items(client, f"/{command}.json", **asked, **more)
    assert sorted(map(sorted_json, found)) == sorted(sorted_json(json.loads(x)) for x in said)
    whole = {**asked, **more, "limit": "500"}
    rows = list(csv.DictReader(io.StringIO(client.get(f"/{command}.csv", params=whole).text)))
    first = "people" if command == "flows" else "move"
    assert [row[first] for row in rows] == [str(one[first]) for one in found]
    page = client.get(f"/{command}", params=whole).text
    shown = page.partition("Every pair")[2] if command == "flows" else page
    rows_of_page = shown.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>")
    assert rows_of_page == len(found)


def sorted_json(record) -> str:
    """Write a record so that equal ones are equal texts."""
    return json.dumps(record, sort_keys=True)


@pytest.mark.slow
def test_flows_show_a_ribbon_a_row_and_a_line_for_each_pair(client):
    """Three forms of one figure."""
    text = client.get("/flows").text
    assert text.count('<svg class="wide sankey"') == text.count('<svg class="narrow sankey"') == 1
    assert "Meta → xAI: 1" in text  # the title of a ribbon: Ada; Bob's move was taken back
    assert "From (rows) to (columns)" in text
    assert "Not drawn" in text


def test_a_page_can_be_laid_out_from_right_to_left(client):
    """The picture turns with it, and its links stay so."""
    straight, turned = client.get("/flows").text, client.get("/flows?dir=rtl").text
    assert '<html lang="en" dir="rtl">' in turned
    assert 'dir="rtl"' not in straight
    first = r'<rect class="node c0" x="([\d.]+)"'
    xs = [float(re.findall(first, text)[0]) for text in (straight, turned)]
    assert xs[0] < xs[1]
    assert client.get("/flows?dir=up").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/flows?from=Metta",
        "/moves?person=nobody",
        "/moves?month=2025-13",
        "/moves?month=2025-1",
        "/moves?since=2025-02-01&until=2025-01-01",
        "/flows?window=7",
        "/moves?after=WzFd",
        "/organizations?after=WzFd",
        f"/organizations?after={next_page([2**63, 'meta'])}",
        f"/deliveries?after={next_page([2**63])}",
        f"/moves?after={next_page(['2025-01-01', chr(0xD800)])}",
        "/flows?form=Meta",
    ],
)
def test_what_cannot_be_asked_is_said(client, address):
    """A filter is never passed over."""
    answer = client.get(address)
    assert answer.status_code == 400
    assert "That cannot be asked" in answer.text


def test_the_csv_of_a_name_in_any_script_is_a_file(client):
    """A header has the letters of English alone."""
    (one,) = [row for row in items(client, "/organizations.json") if row["name"] == FAR_EAST]
    answer = client.get(f"/organizations/{one['organization']}.csv")
    assert answer.status_code == 200
    named = answer.headers["content-disposition"]
    assert named == 'attachment; filename="talentwatch-organizations.csv"'


def test_moves_are_cut_into_pages_that_follow_each_other(client):
    """Each move is on one of them."""
    everything = items(client, "/moves.json")
    found, address = [], "/moves.json?limit=2"
    while address:
        answer = client.get(address).json()
        found += answer["items"]
        address = answer["next"]
    assert found == everything
    assert len(found) > 4


@pytest.mark.parametrize(("asked", "people"), [("Mar", {"eve"}), ("Apr", {"ada", "ida"})])
def test_the_bars_of_a_month_open_its_people(client, asked, people):
    """A move is in the last month that it may mean."""
    month = {"Mar": "2025-03", "Apr": "2025-04"}[asked]
    found = items(client, "/moves.json", month=month)
    assert {one["person"] for one in found} == people


@pytest.mark.slow
@pytest.mark.parametrize("window", first_slow(["all", "30", "365"]))
def test_the_people_behind_each_figure_of_an_organisation_are_as_many_as_it_says(client, window):
    """Who came and went in each month, and from where and to where."""
    for one in items(client, "/organizations.json"):
        address = f"/organizations/{one['organization']}"
        document = client.get(f"{address}.json", params={"window": window}).json()
        page = client.get(address, params={"window": window}).text
        assert [
            row["month"] for row in csv.DictReader(io.StringIO(client.get(f"{address}.csv").text))
        ] == [month["month"] for month in document["months"]]
        said = {
            (side, month["month"]): month[word]
            for month in document["months"]
            for side, word in (("to_root", "came"), ("from_root", "went"))
        }
        for (side, month), people in said.items():
            asked = {side: one["organization"], "month": month, "status": "counted"}
            assert len({move["person"] for move in items(client, "/moves.json", **asked)}) == people
        figures = [flow["people"] for side in ("came_from", "went_to") for flow in document[side]]
        addresses = [link for link in links(page, "/moves.window") if "month=" not in link]
        found = [
            client.get(link.replace("/moves", "/moves.json")).json()["items"] for link in addresses
        ]
        assert [len({move["person"] for move in moves}) for moves in found] == figures


@pytest.mark.slow
def test_an_organisation_has_its_months_flows_teams_names_alerts_and_a_rule(client):
    """The figures of a month and the people behind them are the same."""
    document = client.get("/organizations/meta.json").json()
    assert document["months"][-1]["month"] == "2025-08"
    assert document["months"][-1]["people"] == 12  # the crowd, Bob, and Ada by another profile
    assert {"organization": "xai", "people": 1} in document["went_to"]
    assert {"organization": "xai", "people": 1} in document["came_from"]
    assert {one["team"] for one in client.get("/organizations/xai.json").json()["teams"]} == {
        "Core"
    }
    assert client.get("/organizations/google.json").json()["parts"] == ["deepmind"]
    text = client.get("/organizations/meta").text
    assert "People leave Meta" in html.unescape(text)
    bars = links(text.partition("Who came and went")[2].partition("</figure>")[0], "/moves")
    for month in document["months"]:
        for side, word in (("to_root", "came"), ("from_root", "went")):
            asked = {side: "meta", "month": month["month"], "status": "counted"}
            found = items(client, "/moves.json", **asked)
            assert len({one["person"] for one in found}) == month[word], month
            assert any(f"{side}=meta&month={month['month']}" in bar for bar in bars) is bool(found)


def test_organisations_are_listed_by_size_and_found_by_any_name(client):
    """An Arabic name is as good as another one."""
    everything = items(client, "/organizations.json")
    assert everything[0]["organization"] == "meta"
    sizes = [one["people"] for one in everything]
    assert sizes == sorted(sizes, reverse=True)
    (one,) = items(client, "/organizations.json", q="اتصالات")
    assert one["name"] == FAR_EAST
    assert items(client, "/organizations.json", q="%") == []
    (address,) = links(client.get("/organizations", params={"q": FAR_EAST}).text, "/organizations/")
    assert client.get(address).status_code == 200
    found, page = [], "/organizations.json?limit=1"
    while page:
        answer = client.get(page).json()
        found += answer["items"]
        page = answer["next"]
    assert found == everything


def test_a_person_has_the_alerts_about_their_moves_and_about_where_they_are(
    client, world, tmp_path
):
    """As `export` has them: those that no longer name the person, too."""
    file = tmp_path / "about.json"
    assert call(world, "export", "press:bob", "--out", str(file)).returncode == 0
    exported = json.loads(file.read_text(encoding="utf-8"))["alerts"]
    assert {alert["rule"] for alert in exported} == {"one", "there"}
    shown = client.get("/people/press:bob.json").json()["alerts"]
    assert sorted(shown) == sorted(alert["alert"] for alert in exported)


@pytest.mark.parametrize("address", ["/organizations/nobody", "/people/press:nobody", "/people/x"])
def test_whom_nobody_knows_is_not_there(client, address):
    """Rather than an empty page."""
    assert client.get(address).status_code == 404


def test_a_person_has_what_was_believed_when(client):
    """Bob's move was seen in February and taken back in May; the page tells both."""
    document = client.get("/people/press:bob.json").json()
    _, version = document["versions"]
    assert (version["known_from"], version["known_until"]) == ("2025-02-01", "2025-05-01")
    text = client.get("/people/press:bob").text
    told = re.findall(r"<td class=\"when\">(seen|changed|taken back)</td>", text)
    assert told == ["seen", "seen", "taken back"]  # the first is the history that the profile tells
    assert "1 move believed now" in text


def test_a_person_of_several_profiles_has_one_page_whichever_is_named(client):
    """With why they are taken for one."""
    pages = [client.get(f"/people/press:{who}.json").json() for who in ("ada", "twin")]
    assert pages[0]["versions"] == pages[1]["versions"]
    assert {one["profile"] for one in pages[0]["profiles"]} == {"ada", "twin"}
    assert pages[0]["links"]
    assert links(client.get("/moves").text, "/people/press:ada")


@pytest.mark.parametrize(
    ("organization", "name"),
    [("meta", "Meta"), ("a b", 'A "quoted" name\\'), (FAR_EAST, FAR_EAST), ("x" * 300, "X" * 300)],
)
def test_the_text_of_a_rule_can_be_put_into_a_file_as_it_is(world, tmp_path, organization, name):
    """Whoever copies it has a rule that is right."""
    file = tmp_path / f"{rule_name(organization)}.toml"
    file.write_text(rule_text(organization, name), encoding="utf-8")
    configured = load_settings(world.root / "config.toml")
    found = load_rules(
        tmp_path, directory=Directory.load(configured.organizations), settings=configured
    )
    assert not found.broken, found.broken
    assert [rule.id for rule in found.rules] == [file.stem]


def test_whoever_an_alert_names_has_a_page(client):
    """From an alert to a person and back is one step each."""
    (alert,) = [
        one["alert"]
        for one in items(client, "/alerts.json")
        if one["people"] and one["rule"] == "one"
    ]
    people = links(client.get(f"/alerts/{alert}").text, "/people/")
    assert people
    for address in people:
        assert f"/alerts/{alert}" in client.get(address).text


def test_the_overview_shows_the_flows_of_90_days_and_who_grew(client):
    """As a picture, and as figures in JSON."""
    document = client.get("/overview.json").json()
    flows = items(client, "/flows.json", window="90")
    assert document["strongest_flows"] == [
        {name: one[name] for name in ("from", "to", "people")} for one in flows[:10]
    ]
    text = client.get("/").text
    assert text.count('<svg class="wide sankey"') == 1
    grown = {one["organization"]: one["grew"] for one in document["grew_and_shrank"]}
    listed = links(text.partition("Grew and shrank")[2].partition("</table>")[0], "/organizations/")
    assert listed == [f"/organizations/{one}" for one in grown]


@pytest.mark.slow
@pytest.mark.needs("chromium")
@pytest.mark.parametrize(
    "page", ["/flows?window=all", "/moves", "/organizations/xai", "/people/press:ada"]
)
def test_a_browser_complains_of_nothing_and_runs_nothing(served, tmp_path, page):
    """The policy stops nothing, for there is nothing; and each page is drawn."""
    browser = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
    done = subprocess.run(
        [
            *(*browser, f"--user-data-dir={tmp_path}", "--enable-logging=stderr", "--dump-dom"),
            f"{served}{page}",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "· talentwatch</title>" in done.stdout
    assert "CONSOLE" not in done.stderr


@pytest.fixture(scope="module")
def served(world):
    """Return the address of a board in a process of its own."""
    config = world.root / "config.toml"
    config.write_text(
        config.read_text(encoding="utf-8") + "\n[board]\nport = 0\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "monitor", "board", "--config", str(config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip().rstrip("/")
        process.terminate()


def test_flows_and_moves_are_found_by_the_same_candidates():
    """Both statements write out how rows are found, and a figure lists the people behind it."""

    def candidates(name: str) -> str:
        return statement(name).partition("WITH way AS")[2].partition("), found AS")[0]

    assert candidates("board_found_flows")
    assert candidates("board_found_flows") == candidates("board_found_moves")
