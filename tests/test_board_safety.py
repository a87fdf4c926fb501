"""The board is shown to whom it may be shown, and says nothing to anybody else."""

import asyncio
import socket
import threading
import time
from datetime import datetime

import httpx
import pytest
from board_client import ADDRESS, BoardClient
from command_line import run_here
from starlette.responses import PlainTextResponse
from story import World, crowd, flow, job

from monitor.base.errors import UsageError
from monitor.board.server.access.readers import COOKIE
from monitor.board.server.access.safety import HEADERS
from monitor.cli.commands.evidence import evidence_of
from monitor.operations.service.http_server import Crowded, bounded_server

TOKEN = "a token of the board, long enough"
TODAY = datetime(2025, 2, 11)  # noqa: DTZ001 -- a day
WITH_TOKEN = '[board]\ntoken = { env = "BOARD_TOKEN" }\n'
WITH_PROXY = '[board]\nproxy_header = "X-User"\nproxies = ["127.0.0.1"]\n'
FROM_HERE = {"origin": ADDRESS, "sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return a world with one alert."""
    world = World(tmp_path_factory.mktemp("safe"), rules={"one": flow("meta", "xai", people=1)})
    world.on("2025-01-01", ada=[job("Meta")], **crowd("Meta"))
    world.then("2025-02-01", ada=[job("xAI", start="2025-01-10")])
    done = run_here("run", "--now", "2025-02-10", "--config", str(world.root / "config.toml"))
    assert done.returncode == 0
    return world


@pytest.fixture
def board(world, monkeypatch):
    """Return how to make a client of the board with more in its configuration."""
    monkeypatch.setenv("BOARD_TOKEN", TOKEN)

    def make(config: str = "", *, day: datetime = TODAY) -> BoardClient:
        world.rewrite(config=config)
        return BoardClient(world.root / "config.toml", day=day)

    yield make
    world.rewrite(config="")


def let_in(client, token=TOKEN, to="/alerts", **headers):
    form = {"token": token, "to": to}
    return client.post("/login", data=form, headers={**FROM_HERE, **headers})


@pytest.mark.slow
@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "board.example"])  # noqa: S104 -- it is refused
def test_another_address_needs_a_token_or_a_proxy(board, host):
    """By mistake nobody shows people's names to a whole network."""
    with pytest.raises(UsageError, match="set `token`, or `proxy_header`"):
        board(f'[board]\nhost = "{host}"\n')
    assert board(f'{WITH_TOKEN}host = "{host}"\n').get("/").status_code == 401


def test_a_short_token_is_refused(board, monkeypatch):
    """It could be guessed."""
    monkeypatch.setenv("BOARD_TOKEN", "short")
    with pytest.raises(UsageError, match="fewer than 16 letters"):
        board(WITH_TOKEN)


def test_without_the_token_nothing_is_shown(board):
    """Neither pages nor data; a person is asked for it, a program told where it goes."""
    client = board(WITH_TOKEN)
    for address in ("/", "/alerts", "/nowhere", "/alerts.json", "/alerts.csv", "/api/v1/alerts"):
        answer = client.get(address)
        assert answer.status_code == 401
        assert "xai" not in answer.text.lower()
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert 'name="token"' in client.get("/alerts").text
    assert "Bearer" in client.get("/alerts.json").json()["detail"]
    assert client.get("/style.css").status_code == 200
    assert client.get("/healthz").text == "alive\n"


def test_the_token_is_exchanged_for_a_cookie_that_no_script_and_no_other_site_has(board):
    """And it stands in no address."""
    client = board(WITH_TOKEN)
    answer = let_in(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/alerts")
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "Secure", "SameSite=strict", "Path=/", "Max-Age=43200"):
        assert part in cookie
    assert TOKEN not in cookie
    named = {"cookie": cookie.partition(";")[0]}
    assert client.get("/alerts", headers=named).status_code == 200
    assert client.get("/alerts.json", headers={"authorization": f"Bearer {TOKEN}"}).is_success


@pytest.mark.parametrize(
    "cookie",
    ["", "x", f"{COOKIE}=", f"{COOKIE}=9999999999.a.b", f"{COOKIE}=9999999999.a.é", "=;;\x01"],
)
def test_a_made_up_cookie_lets_nobody_in(board, cookie):
    """It is signed."""
    headers = {"cookie": cookie.encode()}
    assert board(WITH_TOKEN).get("/alerts", headers=headers).status_code == 401


def test_a_session_ends_with_its_time_and_with_its_token(board, monkeypatch):
    """A cookie that was kept for long, or was given for another token, is none."""
    named = {"cookie": let_in(board(WITH_TOKEN)).headers["set-cookie"].partition(";")[0]}
    assert board(WITH_TOKEN).get("/alerts", headers=named).status_code == 200
    later = datetime(2025, 2, 12)  # noqa: DTZ001 -- a day
    assert board(WITH_TOKEN, day=later).get("/alerts", headers=named).status_code == 401
    monkeypatch.setenv("BOARD_TOKEN", "another token of the board")
    assert board(WITH_TOKEN).get("/alerts", headers=named).status_code == 401


def test_a_wrong_token_and_a_form_of_another_site_are_refused(board):
    """Nobody is let in as somebody else."""
    client = board(WITH_TOKEN)
    assert let_in(client, token=f"{TOKEN}x").status_code == 401
    assert let_in(client, origin="https://evil.example").status_code == 403
    assert let_in(client, **{"sec-fetch-site": "cross-site"}).status_code == 403
    assert let_in(client, origin="null", **{"sec-fetch-site": "none"}).status_code == 403
    assert let_in(client, origin="null").status_code == 303  # as browsers send it from our pages
    assert client.post("/login", data={"token": TOKEN}).status_code == 403


@pytest.mark.parametrize("to", ["//evil.example", "/\\evil.example", "https://evil.example", ""])
def test_nobody_is_sent_elsewhere_after_the_login(board, to):
    """The way back is one of the board's own."""
    assert let_in(board(WITH_TOKEN), to=to).headers["location"] == "/"


def test_a_link_from_elsewhere_is_followed_once_more_from_here(board):
    """The cookie does not come along with a link in a chat, and does with one of our own."""
    client = board(WITH_TOKEN)
    answer = client.get("/alerts?rule=one", headers={"sec-fetch-site": "cross-site"})
    assert 'http-equiv="refresh" content="0; url=/alerts?rule=one"' in answer.text
    assert client.get("/alerts", headers={"sec-fetch-site": "same-origin"}).status_code == 401


def test_a_link_from_elsewhere_leads_to_no_other_host(board):
    """A path that begins with two slashes is the name of a host to a browser."""
    headers = {"sec-fetch-site": "cross-site"}
    answer = board(WITH_TOKEN).get(f"{ADDRESS}//evil.example/x", headers=headers)
    assert 'content="0; url=/"' in answer.text
    assert "evil.example" not in answer.text


def test_a_proxy_says_who_asks_and_nobody_else_can(board):
    """The header counts from the addresses of the proxies alone."""
    asked = {"x-user": "ada@example.org"}
    assert board(WITH_PROXY).get("/alerts", headers=asked).status_code == 200
    assert board(WITH_PROXY).get("/alerts").status_code == 401
    assert board(WITH_PROXY).get("/alerts", headers={"x-user": " "}).status_code == 401
    twice = [("x-user", "ada"), ("x-user", "bob")]
    assert board(WITH_PROXY).get("/alerts", headers=twice).status_code == 401
    elsewhere = WITH_PROXY.replace("127.0.0.1", "10.0.0.1")
    assert board(elsewhere).get("/alerts", headers=asked).status_code == 401


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ('proxy_header = "X-User"\n', "beside it, proxies"),
        ('proxies = ["127.0.0.1"]\n', "beside it, proxy_header"),
        ('proxy_header = "X-User"\nproxies = ["proxy.example"]\n', "the address of a proxy"),
        ('token = "in clear"\n', "secrets are not allowed literally"),
        ("prot = 1\n", "did you mean 'port'"),
    ],
)
def test_a_configuration_that_protects_nothing_is_refused(board, config, said):
    """It is said where and what was expected."""
    with pytest.raises(UsageError) as refused:
        board(f"[board]\n{config}")
    assert said in str(refused.value)


@pytest.fixture
def served(board):
    """Serve the board over loopback, and return the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    application = board().application
    server = bounded_server(application, host="127.0.0.1", port=0, headers=HEADERS)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(10)


def test_what_is_no_request_is_answered_with_the_headers_of_every_answer(served):
    """No application sees it."""
    with socket.create_connection(("127.0.0.1", served), timeout=10) as visitor:
        visitor.sendall(b"no request\r\n\r\n")
        answer = b""
        while part := visitor.recv(4096):
            answer += part
    head, _, body = answer.decode().partition("\r\n\r\n")
    status, *lines = head.split("\r\n")
    told = dict(line.split(": ", 1) for line in lines)
    assert status == "HTTP/1.1 400 Bad Request"
    assert HEADERS.items() <= told.items()
    assert len(body) == int(told["content-length"]) > 0


@pytest.mark.parametrize(("at_work", "status"), [(0, 200), (1, 200), (2, 503)])
def test_a_crowd_is_told_to_come_again_with_the_headers_of_every_answer(at_work, status):
    """Those that are at work are answered."""

    async def ask() -> httpx.Response:
        go = asyncio.Event()

        async def answers(scope, receive, send):
            if scope["path"] == "/slow":
                await go.wait()
            await PlainTextResponse("here", headers=HEADERS)(scope, receive, send)

        transport = httpx.ASGITransport(Crowded(answers, 2, HEADERS))
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            slow = [asyncio.create_task(client.get("/slow")) for _ in range(at_work)]
            await asyncio.sleep(0)
            answer = await client.get("/")
            go.set()
            assert {(await one_of_them).status_code for one_of_them in slow} <= {200}
            return answer

    answer = asyncio.run(ask())
    assert answer.status_code == status
    assert HEADERS.items() <= answer.headers.items()


def test_the_evidence_of_an_alert_is_one_archive_and_its_report_one_file(world):
    """Those that the commands write; of no alert there are none."""
    config = world.root / "config.toml"
    client = BoardClient(config, day=TODAY, evidence=evidence_of)
    (alert,) = client.get("/alerts.json").json()["items"]
    page = client.get(f"/alerts/{alert['alert']}").text
    assert f'href="/alerts/{alert["alert"]}.zip"' in page
    answer = client.get(f"/alerts/{alert['alert']}.zip")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].endswith(f'{alert["alert"]}.zip"')
    file = world.root / "evidence.zip"
    done = run_here("explain", alert["alert"], "--bundle", str(file), "--config", str(config))
    assert done.returncode == 0
    assert file.read_bytes() == answer.content
    assert client.get("/alerts/none.zip").status_code == 404
    assert f'href="/alerts/{alert["alert"]}.html"' in page
    answer = client.get(f"/alerts/{alert['alert']}.html")
    assert answer.headers["content-disposition"].endswith(f'{alert["alert"]}.html"')
    file = world.root / "one.html"
    asked = ("report", "--alert", alert["alert"], "--out", str(file), "--config", str(config))
    assert run_here(*asked).returncode == 0
    assert file.read_bytes() == answer.content
    assert client.get("/alerts/none.html").status_code == 404
    config.write_text(f'names = "none"\n{config.read_text(encoding="utf-8")}', encoding="utf-8")
    nobody = BoardClient(config, day=TODAY, evidence=evidence_of)
    assert nobody.get(f"/alerts/{alert['alert']}.zip").status_code == 404
    for window in ("", "?within=30"):
        assert "they are not shown" in nobody.get(f"/rules/one{window}").text
    assert nobody.get("/rules/one/steps.json").json()["items"] == []
    world.rewrite(config="")
