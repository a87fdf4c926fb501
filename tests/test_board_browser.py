"""The board in a real browser: nothing runs, nothing is asked elsewhere, and it all fits."""

import importlib.util
import json
import re
import socket
import threading
import time
from pathlib import Path

import pytest
from browser import browser
from tempo import first_slow
from test_board import TODAY, addresses_of, world  # noqa: F401 -- the fixture

from monitor.board.server.app import application
from monitor.cli.options import moment
from monitor.operations.service.http_server import bounded_server

pytestmark = [pytest.mark.slow, pytest.mark.needs("chromium")]


@pytest.fixture(scope="module")
def address(world):  # noqa: F811 -- the fixture
    """Serve the board over loopback, and return where."""
    now = moment(TODAY)
    listener = socket.create_server(("127.0.0.1", 0))
    server = bounded_server(application(world.settings, lambda: now), host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Return a page of a browser."""
    with browser(tmp_path_factory.mktemp("chromium")) as shown:
        yield shown


@pytest.fixture(scope="module")
def paths(page, address):
    """Return an address of each page of the board."""
    page.show(f"{address}/alerts?rule=two")
    found = page.value("document.querySelector('td a[href^=\"/alerts/\"]').getAttribute('href')")
    return addresses_of([{"rule": "two", "alert": found.removeprefix("/alerts/")}])


TURNED = r"""(() => {
    const turned = [], nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const place = (node, at) => {
        const range = document.createRange();
        range.setStart(node, at), range.setEnd(node, at + 1);
        return range.getBoundingClientRect();
    };
    while (nodes.nextNode()) {
        const node = nodes.currentNode, begins = node.data.search(/\S/);
        const found = /^\s*(?:\d[\d,.]*[ %]+|[-+](?=\d))/.exec(node.data);
        const after = found ? found[0].length : node.data.length;
        if (after === node.data.length || node.parentElement.closest('svg, option')) continue;
        const one = place(node, begins), other = place(node, after);
        if (one.width && one.top === other.top && one.left > other.left) turned.push(node.data);
    }
    return turned;
})()"""
"""The texts whose first number stands behind them, as in a language that is written to the left."""


def test_each_page_fits_runs_nothing_and_asks_nobody_else(page, address, paths):
    """On a screen and a phone, light and dark, left to right and right to left."""
    page.complaints.clear()
    page.requested.clear()
    for path in paths:
        for width, dark in ((1280, False), (390, True)):
            page.show(f"{address}{path}", width=width, dark=dark)
            for direction in ("ltr", "rtl"):
                wide = page.value(
                    f"document.documentElement.dir = '{direction}';"
                    "document.documentElement.scrollWidth - window.innerWidth"
                )
                assert wide <= 0, (path, width, direction)
                assert page.value(TURNED) == [], (path, width, direction)
            assert page.value("document.title") != "ran"
            assert page.value("document.scripts.length") == 0
    assert page.complaints == []
    assert page.requested
    assert [one for one in page.requested if not one.startswith((f"{address}/", "data:"))] == []


@pytest.fixture(scope="module")
def axe():
    """Return the program that looks for what keeps people out; it is no dependency of ours."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("needs axe-playwright-python, for the axe-core in it")
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


VIEWS = [(1280, False, "ltr"), (1280, True, "rtl"), (390, False, "rtl"), (390, True, "ltr")]
"""Each two of width, colours and direction meet."""


@pytest.mark.parametrize(("width", "dark", "direction"), first_slow(VIEWS))
def test_no_page_keeps_anybody_out(page, address, paths, axe, width, dark, direction):
    """By the rules of axe-core: contrast, names, structure; light, dark, a phone, right to left."""
    asked = "axe.run(document, {resultTypes: ['violations']}).then(done => done.violations.map("
    shown = "one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.html).join(' | ')}`))"
    found = {}
    for path in paths:
        page.show(f"{address}{path}", width=width, dark=dark)
        page.value(f"document.documentElement.dir = '{direction}'; 0")
        page.value(f"{axe}; 0")
        if violations := page.value(asked + shown):
            found[path] = violations
    assert found == {}


@pytest.mark.parametrize("scripting", [True, False])
def test_somebody_goes_from_page_to_page_with_scripting_and_without(page, address, scripting):
    """To an alert, one of its people and back; to the flows of one, a cell and whom it counts."""
    page.call("Emulation.setScriptExecutionDisabled", value=not scripting)
    try:
        page.show(f"{address}/?since=2025-01-01")
        headline = page.text("h1")
        page.click("td a[href^='/alerts/']")
        assert page.text("main").count("<svg") == 4
        page.click("td a[href^='/people/']")
        assert "What was believed when" in page.text("main")
        for _ in range(2):
            page.back()
        assert page.text("h1") == headline
        page.show(f"{address}/flows?window=all")
        page.call("DOM.focus", nodeId=page.node("[name=to]"))
        page.call("Input.insertText", text="xAI")
        page.click("form.filters button")
        people = re.sub("<.*?>", "", page.text("table.matrix td a"))
        page.click("table.matrix td a")
        assert len({*re.findall('"/people/[^"]*"', page.text("main"))}) == int(people) > 0
    finally:
        page.call("Emulation.setScriptExecutionDisabled", value=False)


ANSWERS = {
    "what fired this week": (["7 days ago"], "Known since"),
    "who are they": (["two"], "Counted (2)"),
    "how sure is it": (["two"], "possibly 2"),
    "where can I check it": (["two"], "first seen so 1 Feb 2025"),
    "what was not looked at": (["What was not looked at"], "was due, not looked at"),
    "would my rule be noisy": (["Rules", "two", "Try"], "would have fired 1 time"),
    "what is new since yesterday": (["yesterday"], "Changed since 10 Feb 2025"),
}
CLICK = """(words => {
    const links = [...document.querySelectorAll('main a, nav a, main button')];
    const found = links.find(one => one.textContent.trim().startsWith(words));
    if (found) found.click();
    return Boolean(found);
})(%s)"""


@pytest.mark.parametrize("question", ANSWERS)
def test_what_people_ask_is_answered_a_few_clicks_from_the_overview(page, address, question):
    """By what stands on the pages: nobody has to know an address."""
    words, answer = ANSWERS[question]
    page.show(f"{address}/")
    for word in words:
        assert page.value(CLICK % json.dumps(word)), (question, word)
        page.loaded()
    assert answer in page.value("document.body.textContent")


def test_the_keyboard_alone_opens_an_alert(page, address):
    """By Tab from one link to the next, and Enter."""
    page.show(f"{address}/?since=2025-01-01")
    for _ in range(60):
        _press(page, "Tab", 9)
        if page.value("(document.activeElement.getAttribute('href') || '').match('^/alerts/')"):
            break
    _press(page, "Enter", 13)
    page.loaded()
    assert page.value("location.pathname").startswith("/alerts/")


def _press(page, key: str, code: int) -> None:
    typed = {"text": "\r"} if key == "Enter" else {}
    for kind in ("keyDown", "keyUp"):
        page.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **typed)


def test_a_silence_is_set_in_a_browser(page, address):
    """The cookie, the token of the form and where it was sent from are as a browser has them."""
    page.show(f"{address}/actions/silence?rule=one")
    page.value("document.querySelector('[name=days]').value = '3'")
    page.value("document.querySelector('[name=why]').value = 'known'")
    page.value("document.querySelector('[name=why]').form.requestSubmit()")
    page.loaded()
    assert "holds until" in page.value("document.querySelector('main').textContent")
    page.value("document.querySelector('main a').click()")
    page.loaded()
    assert "known" in page.value("document.querySelector('tbody').textContent")
