"""What is decided on the board is what a command would have decided, by whom and why."""

import getpass
import html
import json
import re
from datetime import datetime
from unittest.mock import patch
from urllib.parse import parse_qsl

import pytest
from board_client import ADDRESS, BoardClient
from command_line import run_here
from story import World, crowd, flow, job
from tempo import long

TODAY = datetime(2025, 2, 11)  # noqa: DTZ001 -- a day
FROM_HERE = {"origin": ADDRESS, "sec-fetch-site": "same-origin"}


@pytest.fixture
def world(tmp_path):
    """Return a world with an alert, and a snapshot that is suspect."""
    world = World(tmp_path, rules={"one": flow("meta", "xai", people=1)})
    world.on("2025-01-01", ada=[job("Meta")], **crowd("Meta"))
    world.then("2025-02-01", ada=[job("xAI", start="2025-01-10")])
    world.on("2025-02-08", ada=[job("xAI", start="2025-01-10")])
    assert call(world, "run", "--now", "2025-02-10").returncode == 0
    return world


def call(world, *arguments):
    return run_here(*arguments, "--config", str(world.root / "config.toml"))


def lines(world, *arguments):
    return [json.loads(line) for line in call(world, *arguments, "--json").stdout.splitlines()]


class Browser:
    """Opens a form of the board and sends it, with the cookie that it was given."""

    def __init__(self, world, **headers):
        self.client = BoardClient(world.root / "config.toml", day=TODAY)
        self.headers = {**FROM_HERE, **headers}
        self.cookie = ""

    def open(self, address):
        """Return the hidden fields of a form."""
        answer = self.client.get(address, headers={**self.headers, "cookie": self.cookie})
        assert answer.status_code == 200, answer.text
        self.cookie = answer.headers.get("set-cookie", self.cookie).partition(";")[0]
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))

    def send(self, address, **form):
        """Fill a form in and send it."""
        hidden = self.open(address)
        return self.post(address, **{**hidden, **form})

    def post(self, address, **form):
        """Send a form as it is."""
        headers = {**self.headers, "cookie": self.cookie}
        return self.client.post(address, data=form, headers=headers)


@pytest.mark.slow
def test_an_alert_is_silenced_and_the_silence_is_ended(world):
    """With the rule and group of the alert, who, why and until when."""
    browser = Browser(world)
    (alert,) = lines(world, "alerts")
    done = browser.send("/actions/silence", alert=alert["alert"], days="7", why="known")
    assert done.status_code == 200, done.text
    (silence,) = lines(world, "silence", "list", "--all")
    assert (silence["rule"], silence["until"], silence["why"]) == ("one", "2025-02-18", "known")
    assert silence["by"]
    number = str(silence["number"])
    assert browser.send("/actions/end-silence", number=number, why="over").status_code == 200
    assert [line["why"] for line in lines(world, "silence", "list", "--all")] == ["over"]
    assert browser.send("/actions/end-silence", number=number, why="again").status_code == 400


@pytest.mark.slow
def test_a_rule_is_silenced(world):
    """By its id, which has to be one."""
    browser = Browser(world)
    assert browser.send("/actions/silence", rule="none", days="7", why="x").status_code == 400
    assert browser.send("/actions/silence", rule="one", days="7", why="x").status_code == 200
    assert browser.send("/actions/silence", days="7", why="x").status_code == 400
    assert browser.send("/actions/silence", rule="one", days="9999", why="x").status_code == 400


@pytest.mark.slow
def test_a_move_is_judged_and_the_alert_goes(world):
    """The next run takes back what rested on it."""
    browser = Browser(world)
    (alert,) = lines(world, "alerts")
    (person,) = alert["people"]
    page = browser.client.get(f"/alerts/{alert['alert']}").text
    (link,) = re.findall(r'href="(/actions/judge[^"]+)"', page)
    assert f"move={person['move']}" in link
    done = browser.send("/actions/judge", move=person["move"], verdict="false", why="a namesake")
    assert done.status_code == 200
    assert browser.send("/actions/judge", move="x", verdict="false", why="y").status_code == 400
    assert call(world, "run", "--now", "2025-02-11").returncode == 0
    assert [line["status"] for line in lines(world, "alerts")] == ["withdrawn"]


@pytest.mark.slow
def test_a_suspect_snapshot_is_accepted_and_rejected(world):
    """The log has both, with who and why."""
    browser = Browser(world)
    suspect = lines(world, "snapshots")[-1]
    assert suspect["verdict"] == "suspect"
    named = {"source": "press", "day": "2025-02-08"}
    assert browser.send("/actions/accept", **named, why="it was moved").status_code == 200
    assert browser.send("/actions/reject", **named, why="it was not").status_code == 200
    decisions = lines(world, "snapshots")[-1]["decisions"]
    assert [(decision["verdict"], decision["why"]) for decision in decisions] == [
        ("accepted", "it was moved"),
        ("rejected", "it was not"),
    ]
    for day in ("2025-02-09", "soon"):
        assert browser.send("/actions/accept", source="press", day=day, why="x").status_code == 400
    wrong = browser.send("/actions/accept", source="../../etc", day="2025-02-08", why="x")
    assert wrong.status_code == 400


def shows_as_decided(client):
    """Expect that the board says at once what was decided, and waits for nothing."""
    (shown,) = client.get("/held.json").json()["items"]
    assert shown["decided"] == "same"
    page = client.get("/held").text
    assert "0 changes of organisations held until you decide, 1 decided since the last run" in page
    assert "It takes effect at the next run." in page
    assert "for your decision" not in client.get("/").text
    assert client.get("/overview.json").json()["held_changes"] == 0


def waiting_where_few_are_not_shown(world):
    """How many held changes wait, by the board and by the command; none of them has a row."""
    config = world.root / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(f'names = "none"\nleast_people = 13\n{text}', encoding="utf-8")
    try:
        client = Browser(world).client
        assert client.get("/held.json").json()["items"] == []
        assert "Acme" not in client.get("/held").text
        said = json.loads(call(world, "status", "--json").stdout)
        return client.get("/overview.json").json()["held_changes"], said["held_changes"]
    finally:
        config.write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_a_held_change_is_decided(tmp_path):
    """The page leads to it, the log has who and why, and the next run follows."""
    world = World(tmp_path, rules={"one": flow("meta", "xai", people=1)})
    staff = [f"p{number}" for number in range(12)]
    world.on("2025-01-01", **{person: [job("Acme Tools")] for person in staff}, **crowd("Meta"))
    world.then("2025-02-01", **{person: [job("Acme Works")] for person in staff})
    assert call(world, "run", "--now", "2025-02-10").returncode == 0
    browser = Browser(world)
    page = browser.client.get("/held").text
    (address,) = re.findall(r'href="(/actions/decide[^"]+=same)"', page)
    pair = dict(parse_qsl(html.unescape(address).partition("?")[2]))
    before = (world.root / "organizations.toml").read_bytes()
    for wrong in ({"from": "meta"}, {"to": "xai"}, {"decided": "sold"}, {"on": "soon"}):
        answer = browser.send("/actions/decide", **{**pair, "why": "a new name", **wrong})
        assert answer.status_code == 400, wrong
    assert browser.send("/actions/decide", **pair, why="").status_code == 400
    edits = "monitor.identity.organizations.edits"
    denied = PermissionError(13, "Permission denied", "organizations.toml")
    for harm, said in (
        (patch(f"{edits}.replace_file", side_effect=denied), "organizations.toml: Permission den"),
        (patch(f"{edits}.edited", return_value="real = ["), "with this decision it would say"),
    ):
        with harm:
            answer = browser.send("/actions/decide", **pair, why="a new name")
        assert (answer.status_code, f"stays as it is: {said}" in answer.text) == (400, True)
    assert (world.root / "organizations.toml").read_bytes() == before
    done = browser.send("/actions/decide", **pair, why="a new name")
    assert done.status_code == 200, done.text
    assert "Acme Tools → Acme Works is decided from the next run on: same." in done.text
    with world.state() as tx:
        (decision,) = tx.decisions("organizations")
    assert (decision.key, decision.verdict, decision.by, decision.why) == (
        "Acme Tools:Acme Works",
        "same",
        getpass.getuser(),
        "a new name",
    )
    shows_as_decided(browser.client)
    assert "one organisation already" in browser.send("/actions/decide", **pair, why="again").text
    assert call(world, "run", "--now", "2025-02-11").returncode == 0
    assert browser.client.get("/held.json").json()["items"] == []


@pytest.mark.slow
def test_a_decided_change_of_few_people_waits_no_more(tmp_path):
    """It has no row, before and after; and no run is needed."""
    world = World(tmp_path, rules={"one": flow("meta", "xai", people=1)})
    staff = [f"p{number}" for number in range(12)]
    world.on("2025-01-01", **{person: [job("Acme Tools")] for person in staff}, **crowd("Meta"))
    world.then("2025-02-01", **{person: [job("Acme Works")] for person in staff})
    assert call(world, "run", "--now", "2025-02-10").returncode == 0
    assert waiting_where_few_are_not_shown(world) == (1, 1)
    decide = ["organizations", "decide", "Acme Tools", "Acme Works", "same", "--note", "a name"]
    assert call(world, *decide).returncode == 0
    assert waiting_where_few_are_not_shown(world) == (0, 0)


@pytest.mark.slow
def test_only_a_dead_message_is_sent_again(world):
    """What was sent stays sent."""
    (sent, *_) = lines(world, "deliveries")
    browser = Browser(world)
    assert browser.send("/actions/retry", message=sent["id"], why="x").status_code == 400


@pytest.mark.slow
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        long({"origin": "null", "sec-fetch-site": "cross-site"}),
        {"sec-fetch-site": "same-site"},
        long({"origin": f"{ADDRESS}.evil.example"}),
        long({"origin": "http://127.0.0.1:9466"}),
    ],
)
def test_a_form_from_elsewhere_decides_nothing(world, headers):
    """A page of another site, or of another port of this machine, cannot act for the reader."""
    browser = Browser(world)
    hidden = browser.open("/actions/silence")
    browser.headers |= headers
    refused = browser.post("/actions/silence", **hidden, rule="one", days="7", why="x")
    assert refused.status_code == 403
    assert lines(world, "silence", "list", "--all") == []


@pytest.mark.slow
def test_a_form_without_its_session_decides_nothing(world):
    """The token of a form is good for the session that it was given to, and for no other."""
    browser, other = Browser(world), Browser(world)
    hidden, form = browser.open("/actions/silence"), {"rule": "one", "days": "7", "why": "x"}
    assert browser.post("/actions/silence", **{**hidden, "form": "é"}, **form).status_code == 403
    assert browser.post("/actions/silence", **form).status_code == 403
    other.open("/actions/silence")
    assert other.post("/actions/silence", **hidden, **form).status_code == 403
    browser.cookie = ""
    assert browser.post("/actions/silence", **hidden, **form).status_code == 403
    assert lines(world, "silence", "list", "--all") == []


@pytest.mark.slow
@pytest.mark.parametrize("form", [{"why": ""}, {"why": " \u202e "}, {"why": "m" * 501}])
def test_a_decision_needs_its_reason(world, form):
    """The log of decisions never has an empty one."""
    answer = Browser(world).send("/actions/silence", rule="one", days="7", **form)
    assert answer.status_code == 400
    assert lines(world, "silence", "list", "--all") == []


@pytest.mark.slow
def test_a_form_that_is_too_long_is_none(world):
    """It is read no further."""
    answer = Browser(world).send("/actions/silence", rule="one", days="7", why="m" * 100_000)
    assert answer.status_code == 403


@pytest.mark.slow
def test_where_the_board_only_shows_there_is_no_form_and_no_button(world):
    """The addresses are gone, not hidden."""
    world.rewrite(config="[board]\nread_only = true\n")
    client = BoardClient(world.root / "config.toml", day=TODAY)
    for method in ("GET", "POST"):
        assert client.request(method, "/actions/silence", headers=FROM_HERE).status_code == 404
    (alert,) = client.get("/alerts.json").json()["items"]
    for address in (
        "/",
        f"/alerts/{alert['alert']}",
        "/snapshots",
        "/silences",
        "/held",
        "/rules/one",
    ):
        assert "/actions/" not in client.get(address).text


@pytest.mark.slow
def test_whom_a_proxy_names_is_who_decides(world):
    """What the form says of it does not count."""
    world.rewrite(config='[board]\nproxy_header = "X-User"\nproxies = ["127.0.0.1"]\n')
    browser = Browser(world, **{"x-user": "ada@example.org"})
    done = browser.send("/actions/silence", rule="one", days="7", why="x", by="somebody else")
    assert done.status_code == 200
    (silence,) = lines(world, "silence", "list", "--all")
    assert silence["by"] == "ada@example.org"


@pytest.mark.slow
def test_the_way_back_is_one_of_the_boards_own(world):
    """A link to a form cannot send its reader elsewhere."""
    hosts = ("https://evil.example/", "//evil.example/", "////evil.example/", "/\\evil.example")
    for back in (*hosts, "//[", "javascript:1"):
        browser = Browser(world)
        done = browser.send("/actions/silence", rule="one", days="7", why="x", back=back)
        assert 'href="/silences"' in done.text
        assert "evil" not in done.text
