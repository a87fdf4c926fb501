"""The board: pages, JSON and CSV over HTTP, of what the commands say."""

import csv
import io
import json
import operator
import re
import time
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from board_client import BoardClient
from command_line import run_here
from story import World, crowd, flow, job, profile
from test_report import HOSTILE, Page

from monitor.base.errors import StorageError
from monitor.board.answers.desk import KeptAnswers
from monitor.board.rendering import environment
from monitor.board.server.access.safety import POLICY
from monitor.board.server.errors import BeingCounted
from monitor.board.server.pages import PAGES
from monitor.board.server.window_counts import WindowCounts

TODAY = datetime(2025, 2, 11)  # noqa: DTZ001 -- a day


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return a world with alerts about hostile profiles, one of them closed."""
    world = World(
        tmp_path_factory.mktemp("board"),
        rules={
            "two": flow("meta", "xai", people=2, within="90d"),
            "one": flow("meta", "openai", people=1, within="30d"),
        },
    )
    addresses = {"ada": "javascript:document.title='ran'", "bob": "https://people.example/bob"}
    names = {"ada": HOSTILE, "bob": "بوب\u202eبوب " + "m" * 3000, "eve": "=1+1"}

    def told(who, *jobs):
        return profile(*jobs, name=names[who], url=addresses.get(who))

    world.on("2025-01-01", **{who: told(who, job("Meta")) for who in names}, **crowd("Meta"))
    world.then(
        "2025-02-01",
        ada=told("ada", job("xAI", start="2025-01-10", title=HOSTILE)),
        bob=told("bob", job("xAI", start="2025-01", team="</svg><script>1</script>")),
        eve=told("eve", job("OpenAI", start="2025-01-02", title="@SUM(A1)")),
    )
    assert call(world, "run", "--now", "2025-02-10").returncode == 0
    return world


def call(world, *arguments):
    return run_here(*arguments, "--config", str(world.root / "config.toml"))


def client_of(world):
    return BoardClient(world.root / "config.toml", day=TODAY)


@pytest.fixture(scope="module")
def client(world):
    """Return a client of the board."""
    return client_of(world)


@pytest.fixture(scope="module")
def alerts(client):
    """Return the alerts as the board has them."""
    return client.get("/alerts.json").json()["items"]


def addresses_of(alerts):
    """List an address of each page."""
    (one,) = [alert["alert"] for alert in alerts if alert["rule"] == "two"]
    named = {"alert": one, "rule": "two", "organization:path": "meta", "person:path": "press:ada"}
    return [re.sub(r"{(.+?)}", lambda name: named[name[1]], page.path) for page in PAGES]


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.slow
def test_every_page_shows_hostile_words_as_text(client, alerts):
    """No tag, handler or address that runs something comes out of a profile, on any page."""
    for address in addresses_of(alerts):
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.text)
        page = Page(answer.text)
        assert not {"script", "img", "iframe", "object"} & {*page.tags}
        assert not [name for name, _ in page.attributes if name.startswith("on")]
        assert not [name for name, _ in page.attributes if name == "style"]
        links = [value for name, value in page.attributes if name in {"href", "src", "action"}]
        assert all(re.match(r"/|\?|#|https://people\.example/", link) for link in links), links
        assert not re.findall(r">\d{4}-\d\d-\d\d<", answer.text), address
        for link in re.findall(r"<a [^>]*https?://[^>]*>", answer.text):
            assert 'rel="noreferrer noopener"' in link
        assert "\u202e" not in answer.text


@pytest.mark.slow
def test_every_answer_has_the_headers_that_keep_a_browser_in(client, alerts):
    """Pages, data, errors and refusals alike."""
    wrong = ["/nowhere", "/alerts/none", "/alerts?staus=open", "/style.css", "/icon.svg"]
    answers = [client.get(address) for address in [*addresses_of(alerts), *wrong]]
    answers += [client.post("/alerts"), client.get("/", headers={"host": "evil.example"})]
    assert {answer.status_code for answer in answers} == {200, 400, 404, 405, 421}
    for answer in answers:
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "[::", "a@127.0.0.1:x"]
)
def test_a_request_by_another_name_is_refused(client, host):
    """A page of another site that lets its own name point at this machine learns nothing."""
    answer = client.get("/alerts.json", headers={"host": host})
    assert answer.status_code == 421
    assert "alert" not in answer.text


@pytest.mark.parametrize("host", ["localhost:9465", "LOCALHOST", "127.0.0.1", "[::1]:9465"])
def test_this_machine_may_be_asked_by_each_of_its_names(client, host):
    """By name or number, with a port or without."""
    assert client.get("/alerts.json", headers={"host": host}).status_code == 200


LISTS = [
    ("/snapshots", ["snapshots"], {"sort": "oldest"}),
    ("/snapshots", ["snapshots", "--since", "2025-02-01"], {"since": "2025-02-01"}),
    ("/deliveries", ["deliveries"], {}),
    ("/deliveries", ["deliveries", "--status", "dead"], {"status": "dead"}),
    ("/deliveries", ["deliveries", "--channel", "lines"], {"channel": "lines"}),
    ("/silences", ["silence", "list", "--all"], {"show": "all"}),
    ("/rules", ["rules", "list"], {}),
    ("/rules/two/steps", ["rules", "steps", "two"], {}),
    ("/rules/two/steps", ["rules", "steps", "two", "--people", "1"], {"people": "1"}),
    ("/rules/one/steps", ["rules", "steps", "one", "--people", "9"], {"people": "9"}),
]


@pytest.mark.parametrize(("path", "command", "asked"), LISTS)
def test_json_csv_and_command_have_the_same_rows(world, client, path, command, asked):
    """Whichever way somebody asks, it is one answer."""
    items = client.get(f"{path}.json", params=asked).json()["items"]
    assert items == lines(call(world, *command, "--json").stdout)
    rows = list(csv.DictReader(io.StringIO(client.get(f"{path}.csv", params=asked).text)))
    assert len(rows) == len(items)
    assert client.get(path, params=asked).status_code == 200


@pytest.mark.parametrize(
    ("words", "rules"),
    [("", {"one", "two"}), ("TWO", {"two"}), ("o t", {"two"}), ("two one", set())],
)
def test_alerts_are_found_by_words_of_what_they_are_called(client, words, rules):
    """In any order, in large letters or small."""
    items = client.get("/alerts.json", params={"q": words}).json()["items"]
    assert {item["rule"] for item in items} == rules


def test_messages_are_read_page_by_page(world, client):
    """Newest first, and each once."""
    found, address = [], "/deliveries.json?limit=1"
    while address:
        answer = client.get(address).json()
        found += [item["id"] for item in answer["items"]]
        address = answer["next"]
    assert found == [line["id"] for line in lines(call(world, "deliveries", "--json").stdout)]
    assert len(found) > 1


def test_the_calendar_shows_each_snapshot_on_its_day(client):
    """And says its verdict."""
    text = client.get("/snapshots").text
    assert 'title="1 Jan 2025: baseline, ' in text
    assert 'title="1 Feb 2025: accepted, ' in text


@pytest.mark.parametrize(("people", "times"), [(1, "1 time"), (2, "1 time"), (3, "0 times")])
def test_a_rule_is_held_against_any_threshold(client, people, times):
    """Also below its own, and above what any group ever came to."""
    text = client.get(f"/rules/two?people={people}").text
    assert f"would have fired {times}" in text
    shown = client.get(f"/rules/two.json?people={people}").json()["thresholds"]
    assert {row["people"]: row["alerts"] for row in shown}[people] == int(times[0])


def when_counted(client, address):
    """Ask until another process has counted, as a browser does."""
    for _ in range(300):
        answer = client.get(address)
        if answer.status_code != 503:
            return answer
        assert answer.headers["retry-after"] == answer.headers["refresh"] == "2"
        assert "counted" in answer.text
        time.sleep(0.2)
    raise AssertionError(address)


@pytest.mark.slow
def test_a_rule_is_held_against_another_window_and_nothing_is_kept(world, client):
    """On the page, as JSON and CSV and by the command."""
    kept = [path for path in (world.root / "snapshots").iterdir() if "board.db-" not in path.name]
    before = {path.name: path.stat().st_mtime_ns for path in kept}
    assert (
        "within 5 days would have fired 0 times" in when_counted(client, "/rules/two?within=5").text
    )
    said = client.get("/rules/two.json?within=5").json()
    assert said["within"] == 5
    assert said["remark"].startswith("Counted anew for 5 days in the place of 90")
    asked = ("rules", "steps", "two", "--within", "5", "--people", "1", "--json")
    items = client.get("/rules/two/steps.json?within=5&people=1").json()["items"]
    assert items == lines(call(world, *asked).stdout)
    assert [(item["within_days"], item["peak"], item["possible"]) for item in items] == [(5, 1, 2)]
    rows = csv.DictReader(io.StringIO(client.get("/rules/two/steps.csv?within=5&people=1").text))
    assert [(row["within_days"], row["peak"]) for row in rows] == [("5", "1")]
    assert {path.name: path.stat().st_mtime_ns for path in kept} == before


@pytest.mark.slow
def test_windows_are_counted_one_at_a_time_and_a_process_that_dies_is_told_once():
    """Who asks again after that has it tried again."""
    words = SimpleNamespace(directory=None)
    desk: Any = SimpleNamespace(kept=KeptAnswers(), settings=None, horizon=None, definitions=words)
    rule: Any = SimpleNamespace(id="one")
    dies: Any = operator.not_  # it takes no such arguments
    count = WindowCounts(dies)
    with pytest.raises(BeingCounted, match="one within 5 days is being counted"):
        count(desk, rule, 5)
    with pytest.raises(BeingCounted, match="Another window is being counted first"):
        count(desk, rule, 6)
    (job,) = desk.kept.once("windows", dict).values()
    job.join(60)
    with pytest.raises(StorageError, match="the process that counted was ended"):
        count(desk, rule, 5)
    with pytest.raises(BeingCounted):
        count(desk, rule, 5)


@pytest.mark.slow
def test_a_rule_that_is_off_is_counted_as_a_run_would_have_done(tmp_path):
    """Before it is switched on, somebody wants to know whether it would be noisy."""
    rules = {
        "off": f"enabled = false\n{flow('meta', 'xai', people=1, within='90d')}",
        "on": flow("meta", "xai", people=1, within="30d"),
        "year": flow("meta", "xai", people=9, since="year"),
    }
    world = World(tmp_path, rules=rules)
    world.on("2025-01-01", **crowd("Meta", 20))
    starts = ["2024-12-02", "2024-12", "2024-12-28"]
    gone = {
        f"meta-{number:04}": profile(job("xAI", start=day)) for number, day in enumerate(starts)
    }
    world.then("2025-02-01", **gone)
    assert call(world, "run", "--now", "2025-02-10").returncode == 0
    client = client_of(world)
    assert "(`within`)" in client.get("/rules/off").text
    assert "within 30 days would have fired" in when_counted(client, "/rules/off?within=30").text
    counted = client.get("/rules/off/steps.json?within=30").json()["items"]
    stored = client.get("/rules/on/steps.json").json()["items"]
    assert counted == [{**record, "rule": "off"} for record in stored]
    assert counted[0]["peak"] > 1
    for form in ("", ".json", ".csv", "/steps", "/steps.json", "/steps.csv"):
        for asked in ("off{}?within=36501", "year{}?within=9", "off{}?within=0", "off{}?within=a"):
            assert client.get(f"/rules/{asked.format(form)}").status_code == 400
    refused = call(world, "rules", "steps", "year", "--within", "9")
    assert refused.returncode == 2
    assert "leave `within` out" in refused.stderr


def test_a_rule_says_which_groups_are_nearest_to_a_threshold(client):
    """With their count and in how many days it falls."""
    (near,) = client.get("/rules/two.json?people=3").json()["nearest"]
    assert (near["count"], near["people"]) == (2, 3)
    assert near["days_left"] > 0
    text = client.get("/rules/two?people=3").text
    assert '2 <span class="soft">of 3</span>' in text
    assert "The nearest group" in text


def test_a_rule_says_which_groups_came_highest_though_nobody_counts_now(client):
    """With how many people each was short; its picture ends soon after all that is known."""
    said = client.get("/rules/two.json", params={"people": 9}).json()
    assert [(one["peak"], one["short"]) for one in said["highest"]] == [(2, 7)]
    page = client.get("/rules/two").text
    assert "The highest counts ever" in page
    first = said["highest"][0]["address"]
    assert client.get(f"/rules/two{first}").status_code == 200


def test_the_newest_news_of_an_alert_stands_in_its_row(client, alerts):
    """What became of it, and on which day; of one that only opened there is none."""
    assert {alert["revision"] for alert in alerts} == {1}
    assert 'class="day phone"' in client.get("/alerts").text
    parts: Any = environment().get_template("pages/parts.html").module
    days = {"opened_on": "2025-01-10", "first_known_on": "2025-02-01", "known_on": "2025-03-04"}
    shown = {"alert": "a", "status": "closed", "severity": "info", "late": False, "peak": 2}
    shown |= {**days, "closed_on": "2025-03-01", "possible": 2, "threshold": 2}
    for revision, reason, is_said in ((1, "opened", False), (2, "closed", True)):
        one = {**shown, "revision": revision, "reason": reason}
        row = parts.alert_table([{"alert": one, "title": "A", "rule": "A", "muted": None}])
        assert ("4 Mar 2025" in row, "closed <span" in row) == (is_said, is_said)


def test_a_rule_that_is_not_there_and_a_group_that_nobody_is_in_are_said(client):
    """As what they are."""
    assert client.get("/rules/none").status_code == 404
    assert client.get("/rules/none/steps").status_code == 404
    answer = client.get("/rules/two?group=a~b~c")
    assert answer.status_code == 404
    assert "knows of no group" in answer.text


@pytest.mark.parametrize(
    "filters",
    [{}, {"rule": "two"}, {"status": "open"}, {"since": "2025-02-01"}, {"status": "withdrawn"}],
)
def test_page_json_csv_and_command_have_the_same_alerts(world, client, filters):
    """Four forms of one answer: the same rows in the same order, with the same keys."""
    asked = {**filters, "sort": "oldest"}
    options = [part for name, value in filters.items() for part in (f"--{name}", value)]
    items = client.get("/alerts.json", params=asked).json()["items"]
    assert items == lines(call(world, "alerts", "--json", *options).stdout)
    rows = list(csv.DictReader(io.StringIO(client.get("/alerts.csv", params=asked).text)))
    assert [row["alert"] for row in rows] == [item["alert"] for item in items]
    page = client.get("/alerts", params=asked).text
    assert re.findall(r'href="/alerts/(\w+)"', page) == [item["alert"] for item in items]


def test_one_alert_is_what_explain_says_of_it(world, client, alerts):
    """With everyone who counted, may have counted, or was left out."""
    for alert in alerts:
        (said,) = lines(call(world, "explain", alert["alert"], "--json").stdout)
        shown = client.get(f"/alerts/{alert['alert']}.json").json()
        assert {name: shown[name] for name in said} == said
        rows = csv.DictReader(io.StringIO(client.get(f"/alerts/{alert['alert']}.csv").text))
        everyone = [*said["people"], *said["possible"], *said["left_out"]]
        assert [row["person"] for row in rows] == [one["person"] for one in everyone]


def test_the_people_of_an_alert_are_read_page_by_page(world, client, alerts):
    """Page, JSON and CSV have the same people each time, and together those that explain names."""
    (two,) = [alert for alert in alerts if alert["rule"] == "two"]
    (said,) = lines(call(world, "explain", two["alert"], "--json").stdout)
    path, found = f"/alerts/{two['alert']}", []
    asked = "?limit=1"
    while asked:
        shown = client.get(f"{path}.json{asked}").json()
        people = [*shown["people"], *shown["possible"], *shown["left_out"]]
        rows = csv.DictReader(io.StringIO(client.get(f"{path}.csv{asked}").text))
        text = client.get(f"{path}{asked}").text
        named = re.findall(r'<b><a href="/people/press:(\w+)"', text)
        assert [row["person"] for row in rows] == [one["person"] for one in people] == named
        assert len(people) == 1
        assert f"Counted ({len(said['people'])})" in text
        found += people
        asked = shown.get("next", "").removeprefix(f"{path}.json")
        assert (">More</a>" in text) == bool(asked)
    assert found == [*said["people"], *said["possible"], *said["left_out"]]
    assert client.get(f"{path}?after=WyJ4Il0").status_code == 400  # the key of another list


def test_times_are_in_the_zone_of_the_reader(client, alerts):
    """An address asks for it, later pages have it too, and each time names its zone."""
    (two,) = [alert for alert in alerts if alert["rule"] == "two"]
    path = f"/alerts/{two['alert']}"
    usual = client.get(path).text
    asked = client.get(f"{path}?zone=Asia/Kolkata")
    (written,) = re.findall(r"(\d{4}-\d\d-\d\d \d\d:\d\d) UTC</span>", usual)
    (there,) = re.findall(r"(\d{4}-\d\d-\d\d \d\d:\d\d) Asia/Kolkata</span>", asked.text)
    ahead = datetime.fromisoformat(there) - datetime.fromisoformat(written)
    assert ahead == timedelta(hours=5, minutes=30)
    kept = asked.headers["set-cookie"]
    assert "HttpOnly" in kept
    assert "SameSite=strict" in kept
    cookie = {"cookie": kept.partition(";")[0]}
    assert "Asia/Kolkata</span>" in client.get(path, headers=cookie).text
    assert client.get(path, headers={"cookie": "talentwatch_zone=../etc/passwd"}).text == usual
    assert "set-cookie" not in client.get(path).headers


def test_every_page_has_a_field_to_find_things(client, alerts):
    """Also a page that says what went wrong."""
    for address in [*addresses_of(alerts), "/nowhere"]:
        assert '<form class="search" action="/find"' in client.get(address).text


def test_the_overview_leads_to_what_is_new_since_yesterday(client):
    """The day stands in the address, so that the link shows another reader the same."""
    text = client.get("/").text
    assert '<a href="?since=2025-02-10#changed">yesterday</a>' in text
    assert "Changed since 10 Feb 2025" in client.get("/?since=2025-02-10").text


def test_an_alert_has_both_pictures_people_revisions_and_messages(client, alerts):
    """Who looks sees how many counted, when each moved, how it became known, and who was told."""
    (two,) = [alert for alert in alerts if alert["rule"] == "two"]
    text = client.get(f"/alerts/{two['alert']}").text
    assert text.count("<svg") == 4  # two pictures, each drawn for a screen and for a phone
    for said in ("threshold 2", "Counted (2)", "first seen so 1 Feb 2025", "90 days"):
        assert said in text
    assert "<td>opened</td>" in text
    assert "+<bdi>=1" not in text
    assert "lines</td>" in text


def test_cells_that_a_spreadsheet_would_run_are_quoted(client, alerts):
    """What begins like a formula is text."""
    (one,) = [alert for alert in alerts if alert["rule"] == "one"]
    text = client.get(f"/alerts/{one['alert']}.csv").text
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["name"] == "'=1+1"
    assert row["to.title"] == "'@SUM(A1)"


def test_a_list_is_read_page_by_page(client, alerts):
    """Each page begins where the one before ended, and together they have every row once."""
    found, address = [], "/alerts.json?limit=1"
    while address:
        answer = client.get(address).json()
        assert len(answer["items"]) == 1
        found += [item["alert"] for item in answer["items"]]
        address = answer["next"]
    assert found == [alert["alert"] for alert in alerts]
    first = client.get("/alerts?limit=1").text
    assert ">More</a>" in first


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/alerts?staus=open", "did you mean &#39;status&#39;"),
        ("/alerts?status=opened", "one of open, closed"),
        ("/alerts?since=soon", "a day, such as 2025-08-14"),
        ("/alerts?zone=Europe/Berlon", "did you mean &#39;Europe/Berlin&#39;"),
        ("/alerts?rule=three", "there is no rule"),
        ("/alerts?limit=0", "a whole number from 1 on"),
        ("/alerts?limit=501", "500 at most"),
        ("/alerts?after=x", "none that a page gave"),
        (f"/alerts?rule={'m' * 3000}", "longer than 300 letters"),
        ("/alerts?organization=Xia", "did you mean"),
        ("/alerts?rule=%3Cscript%3E", "&lt;script&gt;"),
    ],
)
def test_what_cannot_be_asked_is_said_and_not_passed_over(client, address, said):
    """A filter that is misspelt would otherwise show rows that were not meant."""
    answer = client.get(address)
    assert answer.status_code == 400
    assert said in answer.text
    assert "<script" not in answer.text
    problem = client.get(address.replace("/alerts", "/alerts.json"))
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 400


def test_pages_are_shown_and_nothing_else(client):
    """HEAD has the headers alone, other methods are refused, and no address is no page."""
    assert client.request("HEAD", "/alerts").status_code == 200
    assert client.request("HEAD", "/alerts").text == ""
    refused = client.request("PUT", "/alerts")
    assert refused.status_code == 405
    assert {*refused.headers["allow"].split(", ")} == {"GET", "HEAD"}
    assert "only shows" in refused.text
    assert "To the overview" in client.get("/alerts/none").text
    assert client.get("/../../etc/passwd").status_code == 404


def test_a_page_that_did_not_change_is_not_sent_again(world, client):
    """The generation changes with what is published, decided or written, and not without."""
    etag = client.get("/alerts").headers["etag"]
    assert client.get("/alerts", headers={"if-none-match": etag}).status_code == 304
    for known, status in (('"x", W/' + etag, 304), ("*", 304), ('"x"', 200), (etag[1:-1], 200)):
        assert client.get("/alerts", headers={"if-none-match": known}).status_code == status
    assert client.get("/alerts", headers={"if-none-match": f'"{etag}'}).status_code == 200
    assert client.get("/alerts?status=open").headers["etag"] != etag
    call(world, "silence", "add", "--rule", "two", "--for", "3", "--why", "known")
    changed = client.get("/alerts", headers={"if-none-match": etag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


@pytest.mark.parametrize(
    ("asked", "kind", "address"),
    [
        ("xA", "organization", "/organizations/xai"),
        ("eve", "person", "/people/press:eve"),
        ("press", "person", None),
        ("two", "alert", "/alerts/"),
        ("TWO", "rule", "/rules/two"),
        ("script ran", "person", "/people/press:ada"),
    ],
)
def test_things_are_found_by_a_part_of_what_they_are_called(client, asked, kind, address):
    """In any case; where each leads is a page that there is."""
    found = client.get("/find.json", params={"q": asked}).json()["items"]
    addresses = [one["address"] for one in found if one["kind"] == kind]
    assert any(one.startswith(address) for one in addresses) if address else not addresses
    assert {client.get(one["address"]).status_code for one in found} <= {200}


def test_who_asks_for_nothing_or_what_there_is_not_finds_nothing(client):
    """And is told so."""
    assert client.get("/find.json").json()["items"] == []
    assert "Nothing is called so." in client.get("/find?q=%25").text


def test_a_configuration_that_is_wrong_is_said_as_such(world, tmp_path):
    """With what is wrong, and not as if nothing were published."""
    copied = world.copied(tmp_path / "copy")
    client = client_of(copied)
    assert client.get("/").status_code == 200
    good = (copied.root / "organizations.toml").read_text()
    for name, text in (
        ("organizations.toml", f"{good}\n[x"),
        ("config.toml", "[sources.x]\nkind = 1"),
    ):
        (copied.root / name).write_text(text)
        answer = client.get("/alerts")
        assert answer.status_code == 503
        assert "The configuration has to be mended" in answer.text
        assert name in answer.text


def test_before_the_first_run_the_board_says_what_to_do(tmp_path):
    """It begins nothing of its own."""
    world = World(tmp_path / "new")
    answer = client_of(world).get("/")
    assert answer.status_code == 503
    assert "talentwatch run" in answer.text or "nothing was run" in answer.text
    assert not (world.root / "snapshots").exists()


@pytest.mark.slow
def test_a_rename_waits_on_the_board_for_somebody_who_decides(tmp_path):
    """With how many people it is about, and the command that decides it."""
    world = World(tmp_path, rules={"one": flow("meta", "xai", people=1)})
    staff = [f"p{number}" for number in range(12)]
    world.on("2025-01-01", **{person: [job("Acme Tools")] for person in staff}, **crowd("Meta"))
    world.then("2025-02-01", **{person: [job("Acme Works")] for person in staff})
    assert call(world, "run", "--now", "2025-02-10").returncode == 0
    client = client_of(world)
    (item,) = client.get("/held.json").json()["items"]
    assert (item["from"]["name"], item["to"]["name"]) == ("Acme Tools", "Acme Works")
    assert item["people"] == 12
    text = client.get("/held").text
    assert "1 change of organisations held until you decide" in text
    assert "talentwatch organizations decide" in text
