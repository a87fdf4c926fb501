"""The report: one file with the alerts, their pictures and their people, whoever wrote them."""

import base64
import hashlib
import re
import subprocess
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from command_line import run_here
from hypothesis import given
from hypothesis import strategies as st
from story import World, crowd, flow, job, profile

from monitor.board.charts.axes import Days, count_ticks
from monitor.board.charts.labels import width_of
from monitor.board.charts.lanes import Lane, lane_chart
from monitor.board.charts.steps import BOTTOM, step_chart

HOSTILE = "\"'><script>document.title='ran'</script><img src=x onerror=document.title='ran'>"
DAYS = st.dates(date(1990, 1, 1), date(2050, 1, 1))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return a world where two people with hostile profiles made an alert."""
    world = World(
        tmp_path_factory.mktemp("report"),
        rules={"two": flow("meta", "xai", people=2, within="90d")},
    )
    addresses = {"ada": "javascript:document.title='ran'", "bob": "https://people.example/bob"}
    names = {"ada": HOSTILE, "bob": "بوب\u202eبوب " + "m" * 3000}

    def told(who, *jobs):
        return profile(*jobs, name=names[who], url=addresses[who])

    world.on("2025-01-01", **{who: told(who, job("Meta")) for who in names}, **crowd("Meta"))
    world.then(
        "2025-02-01",
        ada=told("ada", job("xAI", start="2025-01-10", title=HOSTILE)),
        bob=told("bob", job("xAI", start="2025-01", team="</svg><script>1</script>")),
    )
    assert call(world, "run", "--now", "2025-02-10").returncode == 0
    return world


@pytest.fixture(scope="module")
def text(world):
    """Return the report of that world."""
    done = call(world, "report")
    assert done.returncode == 0, done.stderr
    path = world.settings.snapshots / "report.html"
    assert done.stdout == f"{path}\n"
    return path.read_text(encoding="utf-8")


def call(world, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_here(*arguments, "--config", str(world.root / "config.toml"))


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Keep what begins."""
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


@pytest.mark.slow
def test_what_profiles_say_is_text(text):
    """No tag, no handler and no address that runs something comes out of a name."""
    page = Page(text)
    assert "document.title" in text  # the names are there, as text
    assert not {"script", "img", "iframe", "object"} & {*page.tags}
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]
    links = [value for name, value in page.attributes if name in {"href", "src"}]
    assert {re.match(r"#|https://people\.example/", link) is not None for link in links} == {True}
    assert "\u202e" not in text


@pytest.mark.slow
def test_the_policy_allows_the_own_style_and_nothing_else(text):
    """A file that is opened from a disk carries its policy with it."""
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    policy = policy.replace("&#39;", "'")
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert len(style) == 1


def test_a_report_has_both_pictures_and_the_people_of_an_alert(text):
    """Who looks sees how many counted, when each moved, and by what it can be checked."""
    assert "1 open alert of 1 alert" in text
    assert (
        text.count("<svg") == 6
    )  # the flows, and two pictures, each drawn for a screen and for a phone
    assert "threshold 2" in text
    assert "Counted (2)" in text
    assert "Evaluated to 10 Feb 2025, newest snapshot 1 Feb 2025." in text
    assert not re.findall(r">\d{4}-\d\d-\d\d<", text)
    assert "first seen so 1 Feb 2025" in text


def test_equal_states_make_equal_reports(text, world):
    """Two reports of one state can be compared."""
    path = world.root / "again.html"
    assert call(world, "report", "--out", str(path)).returncode == 0
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.usefixtures("text")
def test_a_report_can_be_of_one_alert_or_of_none(world):
    """Who asks for what is not there is told so."""
    path = world.root / "none.html"
    for day, said in (
        (("--since", "2025-02-02"), "known on 2025-02-02 or later: earlier ones are left out"),
        (("--until", "2025-01-31"), "known on 2025-01-31 or before: later ones are left out"),
    ):
        assert call(world, "report", *day, "--out", str(path)).returncode == 0
        text = path.read_text(encoding="utf-8")
        assert ("No alerts." in text, said in text) == (True, True)
    exactly = ("--since", "2025-02-01", "--until", "2025-02-01")
    assert call(world, "report", *exactly, "--out", str(path)).returncode == 0
    text = path.read_text(encoding="utf-8")
    assert "No alerts." not in text
    assert "known from 2025-02-01 to 2025-02-01: others are left out" in text
    assert call(world, "report", *exactly[:3], "2025-01-31").returncode == 2
    assert call(world, "report", "--alert", "nothing").returncode == 2
    assert call(world, "report", "--out", str(world.root / "no" / "where.html")).returncode == 2


@pytest.mark.needs("chromium")
@pytest.mark.usefixtures("text")
def test_a_browser_runs_nothing_and_complains_of_nothing(world, tmp_path):
    """In a real browser the title stays, and the policy stops nothing, for there is nothing."""
    done = subprocess.run(
        [
            *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
            *(f"--user-data-dir={tmp_path}", "--enable-logging=stderr", "--dump-dom"),
            (world.settings.snapshots / "report.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "<title>talentwatch report, 2025-02-10</title>" in done.stdout
    assert "CONSOLE" not in done.stderr


def numbers(path: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]


@given(
    spans=st.lists(st.tuples(DAYS, st.none() | DAYS), min_size=1, max_size=30),
    certain=st.integers(0, 30),
    threshold=st.integers(1, 40),
    known_on=DAYS,
    until=DAYS,
    width=st.integers(300, 1200),
    expected=st.none() | st.tuples(st.floats(0, 60), st.just("some")),
)
def test_every_step_stays_in_its_box(spans, certain, threshold, known_on, until, width, expected):
    """Whatever the days and counts are, nothing is drawn outside, and no number is none."""
    chart = step_chart(
        spans[:certain],
        spans[certain:],
        threshold=threshold,
        known_on=known_on,
        until=until,
        width=width,
        expected=expected,
    )
    for path in (chart.line, chart.band, chart.over):
        assert "nan" not in path
        assert all(0 <= number <= max(width, BOTTOM) for number in numbers(path))
    assert 0 <= chart.threshold_y <= chart.bottom
    assert chart.expected_y is None or 0 <= chart.expected_y <= chart.bottom
    assert chart.known_x is not None
    assert 0 <= chart.known_x <= width
    assert all(certain <= most for _, certain, most in chart.figures)


@given(
    lanes=st.lists(
        st.builds(
            lambda name, first, days, seen, certain: Lane(
                name=name,
                earliest=first,
                latest=first + timedelta(days=days),
                seen_on=seen,
                certain=certain,
            ),
            *(st.text(max_size=300), DAYS, st.integers(0, 900), DAYS, st.booleans()),
        ),
        min_size=1,
        max_size=20,
    ),
    window=st.none() | st.tuples(DAYS, st.integers(0, 400)),
)
def test_every_lane_stays_in_its_box(lanes, window):
    """Bars, diamonds and the window are inside, right of the names."""
    ends = window and (window[0], window[0] + timedelta(days=window[1]))
    chart = lane_chart(lanes, window=ends, width=430)
    for name, middle, start, width, seen, _ in chart.bars:
        assert width_of(name) <= chart.left - 14
        assert chart.left <= start <= start + width <= 430
        assert chart.left <= seen <= 430
        assert 0 < middle < chart.bottom < chart.height
    if chart.window:
        assert chart.window[1] >= 0


@given(first=DAYS, days=st.integers(0, 20_000))
def test_the_ticks_of_days_can_be_read(first, days):
    """There are few, in order, inside."""
    scale = Days(first=first, last=first + timedelta(days=days), left=40, right=400)
    places = [place for place, _ in scale.ticks()]
    assert len(places) <= 9
    assert places == sorted(places)
    assert all(40 <= place <= 400 for place in places)


@given(most=st.integers(1, 3_000_000))
def test_the_ticks_of_counts_are_few_and_reach_the_most(most):
    """No count stands above the last line."""
    ticks = count_ticks(most)
    assert ticks[0] == 0
    assert ticks[-1] >= most
    assert len(ticks) <= 7


@pytest.mark.slow
@pytest.mark.parametrize("start", [None, "2010"])
def test_people_who_were_always_there_have_a_picture(tmp_path, start):
    """A start that nobody knows lies before the picture, and stretches it to no year 1."""
    rule = 'title = "Five"\n[stock]\nat = "meta"\npeople = 5\n'
    world = World(tmp_path, rules={"five": rule})
    there = {f"p{number}": [job("Meta", start=start)] for number in range(6)}
    world.observe("2025-01-01", there)
    world.observe("2025-02-01", there)
    assert call(world, "run", "--now", "2025-02-02").returncode == 0
    assert call(world, "report").returncode == 0
    text = (world.settings.snapshots / "report.html").read_text(encoding="utf-8")
    assert "When each" in text
    assert not re.search(r">(0|1[0-8])\d\d<", text)


@pytest.mark.long
@given(
    st.lists(st.tuples(st.dates(), st.dates(), st.dates(), st.booleans()), min_size=1, max_size=5)
)
def test_lanes_are_drawn_of_any_days(spans):
    """To the ends of the calendar."""
    lanes = [
        Lane(
            name="x", earliest=min(span[:2]), latest=max(span[:2]), seen_on=span[2], certain=span[3]
        )
        for span in spans
    ]
    chart = lane_chart(lanes, window=None, width=430)
    assert all(0 <= bar[2] <= 430 for bar in chart.bars)
