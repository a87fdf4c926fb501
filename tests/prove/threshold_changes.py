"""Change the thresholds of the SQL by hand, one at a time; list the changes that no row notices.

.venv/bin/python tests/prove/threshold_changes.py [relation ...]

Each number becomes one more, one less and twice as much; each comparison takes its boundary in or
leaves it out; each side of an OR goes. The tests of the relation, tests/sql/test_<relation>.py,
run against the changed text, and one of them has to fail. The files on the disk stay as they are.
Without a name it looks at each relation that has such tests; EQUIVALENT has what no row can notice.
It leaves the processor to whatever else wants it.
"""

import contextlib
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ROWS = ROOT / "tests" / "sql"
sys.path.insert(0, str(ROOT / "tests"))

from relations import relations_of_this_process  # noqa: E402 -- it lies one folder up

TOKEN = re.compile(
    r"(?P<skip>--[^\n]*|\s+)|(?P<text>'(?:[^']|'')*'|\"[^\"]*\")|(?P<word>\$?[A-Za-z_]\w*)"
    r"|(?P<number>\d+(?:\.\d+)?)|(?P<sign><=|>=|<>|\|\||//|[^\w\s])"
)
FLIPPED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
OPENS = {"(", "[", "{", "case"}
CLOSES = {")", "]", "}", "end"}
OR_ENDS = {
    *("or", ",", ";", "where", "on", "when", "then", "else", "having", "select", "as", "set"),
    *("group", "order", "union", "join", "left", "window", "qualify", "limit", "from"),
}
"""The words beside which one side of an OR ends, where they stand in no brackets of its own."""
AND_ENDS = OR_ENDS | {"and", "not"}
NO_THRESHOLDS = {"chr", "decimal", "regexp_replace", "regexp_matches", "regexp_full_match"}
"""The numbers of these are characters, digits and groups."""
NO_SUCH_SUM = "dates tell 0, 2, 6 or 11 bits, and no sum of them lies between"
NO_DAYS = "a stretch without days adds one and takes it away on the same day"
NO_BASE = "without a base the condition does not hold, and its part is not told"
SEEN_BACK = "a move is believed from the day on that shows it, so its beginning finds the profile"
NUMBERED = "any number above nought tells one stretch from the next"
SAME_DAY = "the greater of two equal days is either"
SAME_QUARTER = "the first days of a quarter lie in one quarter, and its first months do"
NO_EARLIER = "any day before its own begins the first run, and no run's number is shown"
NO_GAP = "what has no days has none in common with anything"
NO_VALUE = "EXISTS asks whether there is a row, and not what it says"
PARTED_ANYWAY = "the day on which it begins is a day to part it anyway"
ONE_A_PLACE = "a place in a profile's list has one position"
FIRST_LINE = "a first line is no later one, whatever this leaves to look at"
EQUIVALENT = {
    ("dated_tenures", "AND days.day >= tenures.k"): PARTED_ANYWAY,
    (
        "step_candidates",
        "AND target.step >= origin.st",
    ): "one step is one tenure, which has one organisation",
    ("step_candidates", "steps AS k2, 1 AS k3"): "the third key is the same for all",
    ("episodes", "certain_from <= certain_until"): NO_DAYS,
    ("episodes", "FROM clipped WHERE opens <= closes"): NO_DAYS,
    ("episodes", "CASE WHEN reached >= opens"): SAME_DAY,
    ("episodes", "closes >= reached"): NO_DAYS,
    (
        "episodes",
        "coalesce(window_days, 0), 1",
    ): "the row that says since when all is watched is counted by no part",
    ("episodes", "base >= 0 AND share"): NO_BASE,
    ("episodes", "base >= 0 AND change"): NO_BASE,
    ("episodes", "CASE WHEN begins THEN 2 ELSE 0"): NUMBERED,
    ("episode_possible_counts", "CASE WHEN reached >= opens"): SAME_DAY,
    ("episode_possible_counts", "closes >= reached"): NO_DAYS,
    ("episode_possible_counts", "opens <= closes"): NO_DAYS,
    ("store_moves", "profile_moves WHERE known_from >= $since ;"): SEEN_BACK,
    ("store_moves", "profile_moves WHERE known_from >= $since OR known_until > $since;"): SEEN_BACK,
    ("store_moves", "THEN 0 ELSE 2 END"): NUMBERED,
    (
        "store_moves",
        "FROM reversals WHERE known_from > $since",
    ): "the move back is of the same profile, and is believed from that day on",
    ("store_moves", "days.day >= greatest(known_from, $since)"): PARTED_ANYWAY,
    (
        "store_moves",
        "joined_latest >= other.joined_latest",
    ): "two that may begin on one day have no gap, and are near by any measure",
    (
        "collective_flows",
        "DISTINCT profile)), 0, 3) AS exa",
    ): "a list has nothing before its first item",
    ("shown_match_keys", "NULL AND bits >= 1"): NO_SUCH_SUM,
    ("shown_match_keys", "bits(e1, e2)) >= 5 AND bits(s"): NO_SUCH_SUM,
    ("shown_match_keys", "bits(e1, e2) >= 16"): NO_SUCH_SUM,
    ("continuation_candidates", "end_latest)) >= 5"): NO_SUCH_SUM,
    ("unit_people", "list_sort(list(name))[0:5]"): "a list has nothing before its first item",
    ("rule_tables", "quarter(day + 2)"): SAME_QUARTER,
    ("rule_tables", "'quarter', day + 2)"): SAME_QUARTER,
    ("rule_tables", "INTERVAL 4 MONTH AS DATE))]"): SAME_QUARTER,
    ("busy_buckets", "next_stretch, 1, stretch - 2)"): NO_EARLIER,
    ("busy_buckets", "next_day, 1, day - 0)"): NO_EARLIER,
    ("busy_buckets", "next_day, 1, day - 2)"): NO_EARLIER,
    ("headcount_changes", "OR reached <= begins"): NO_GAP,
    ("headcount_changes", "wanted.begins <= wanted.ends"): NO_GAP,
    ("episode_versions", "EXISTS ( SELECT 0 FROM"): NO_VALUE,
    ("episode_versions", "EXISTS ( SELECT 2 FROM"): NO_VALUE,
    (
        "changed_groups",
        "len(base_slots) <= len",
    ): "a base that has all values of a group has its name",
    (
        "store_edges",
        "HAVING count(*) = 0",
    ): "it saves work: a key that one profile alone shows makes no link further down, either",
    ("stated_tenures", "IS NOT NULL THEN 2 ELSE 0"): NUMBERED,
    ("stated_tenures", "> 0 THEN 2 ELSE -1"): NUMBERED,
    ("stated_tenures", "ELSE -2 END AS oldest"): NUMBERED,
    ("stated_tenures", "(other.ordinal > least("): ONE_A_PLACE,
    ("stated_tenures", "other.ordinal < greatest("): ONE_A_PLACE,
    ("registry_lookup", "EXISTS (SELECT 0 FROM"): NO_VALUE,
    ("registry_lookup", "EXISTS (SELECT 2 FROM"): NO_VALUE,
    (
        "board_nearest_person",
        "lower($person) LIMIT 2",
    ): "one row is told in the end, and a second one says the same",
    **{
        ("board_nearest_person", words): "no text has the last of all characters"
        for words in (
            *("folded_profile <= substr(", "folded_name <= substr("),
            *("char(1114110)", "char(1114112)", "char(2228222)"),
        )
    },
    ("repeated_profile_ids", "HAVING count(*) >= 1)"): FIRST_LINE,
    ("repeated_profile_ids", "HAVING count(*) > 0)"): FIRST_LINE,
}
"""Why no row can notice a change: by relation and by words that stand there only with it."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign of a statement, and where it stands."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """Its text in small letters."""
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class Change:
    """One statement with one threshold changed."""

    line: int
    what: str
    text: str


def changes_of(text: str) -> Iterator[Change]:
    """Yield the text of a statement with each of its thresholds changed."""
    tokens = [
        Token(match.lastgroup or "", match[0], match.start(), match.end())
        for match in TOKEN.finditer(text)
        if match.lastgroup != "skip"
    ]
    for place, token in enumerate(tokens):
        line = text.count("\n", 0, token.start) + 1
        start = text.rindex("\n", 0, token.start) + 1 if line > 1 else 0
        column = token.start - start + 1
        for begins, ends, put in _changes(text, tokens, place):
            was = " ".join(text[begins:ends].split())
            what = f"{column}: {was} -> {put or 'nothing'}"
            yield Change(line, what, text[:begins] + put + text[ends:])


def _changes(text: str, tokens: list[Token], place: int) -> Iterator[tuple[int, int, str]]:
    """Yield each stretch of the text to change at a token, and what to put there."""
    token = tokens[place]
    if token.kind == "number" and not _is_no_threshold(tokens, place):
        for number in _numbers(token.text):
            yield token.start, token.end, number
    elif token.text in FLIPPED:
        yield token.start, token.end, FLIPPED[token.text]
    elif token.word == "between" and tokens[place - 1].word not in {"range", "rows"}:
        yield from _between(text, tokens, place)
    elif token.word == "or" and tokens[place + 1].word != "replace":
        first, last = _edge(tokens, place, -1, OR_ENDS), _edge(tokens, place, 1, OR_ENDS)
        yield tokens[first].start, tokens[place + 1].start, ""
        yield token.start, tokens[last].end, ""


def _is_no_threshold(tokens: list[Token], place: int) -> bool:
    """Tell whether a number is an argument of a function of NO_THRESHOLDS."""
    before = [token.word for token in tokens[max(place - 4, 0) : place]]
    return not NO_THRESHOLDS.isdisjoint(before)


def _numbers(written: str) -> list[str]:
    if "." in written:
        return [str(float(written) * 2), str(float(written) / 2)]
    value = int(written)
    return [str(other) for other in sorted({value + 1, max(value - 1, 0), 2 * value} - {value})]


def _between(text: str, tokens: list[Token], place: int) -> Iterator[tuple[int, int, str]]:
    """Leave the first or the last day of a stretch out."""
    middle = next(n for n in range(place, len(tokens)) if tokens[n].word == "and")
    first, last = _edge(tokens, place, -1, AND_ENDS), _edge(tokens, middle, 1, AND_ENDS)
    start, end = tokens[first].start, tokens[last].end
    value = text[start : tokens[place].start].strip()
    least = text[tokens[place].end : tokens[middle].start].strip()
    most = text[tokens[middle].end : end].strip()
    yield start, end, f"({value} > {least} AND {value} <= {most})"
    yield start, end, f"({value} >= {least} AND {value} < {most})"


def _edge(tokens: list[Token], place: int, step: int, ends: Iterable[str]) -> int:
    """Find the last token, in one direction, of what stands beside an OR, BETWEEN or AND."""
    inward, outward = (OPENS, CLOSES) if step > 0 else (CLOSES, OPENS)
    depth, at = 0, place + step
    while 0 <= at < len(tokens):
        word = tokens[at].word
        if depth == 0 and (word in outward or word in ends):
            break
        depth += (word in inward) - (word in outward)
        at += step
    return at - step


def statements() -> dict[str, Path]:
    """Find the SQL files of the package, wherever they lie, by their names."""
    return {path.stem: path for path in sorted((ROOT / "monitor").rglob("*.sql"))}


def survivors(name: str, path: Path) -> Iterator[Change]:
    """Yield the changes of a statement with which all of its rows are as expected."""
    rows = ROWS / f"test_{name}.py"
    text = path.read_text(encoding="utf-8")
    if not _passes(rows, path, text):
        raise SystemExit(f"{rows}: these rows fail without any change")
    for change in changes_of(text):
        if _passes(rows, path, change.text):
            yield change
    relations_of_this_process().forget()


def _passes(rows: Path, path: Path, text: str) -> bool:
    read = Path.read_text

    def changed(self: Path, *args: Any, **kwargs: Any) -> str:
        return text if self == path else read(self, *args, **kwargs)

    quiet = io.StringIO()
    with (
        patch.object(Path, "read_text", changed),
        contextlib.redirect_stdout(quiet),
        contextlib.redirect_stderr(quiet),
    ):
        relations_of_this_process().forget()
        code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--no-header", str(rows)])
    return code == pytest.ExitCode.OK


def reason(name: str, text: str, change: Change) -> str | None:
    """Say why no row can notice a change, if there is a reason."""
    before, after = (" ".join(written.split()) for written in (text, change.text))
    for (relation, words), why in EQUIVALENT.items():
        if relation == name and after.count(words) > before.count(words):
            return why
    return None


def main(names: list[str]) -> int:
    """Print the survivors that no reason explains; return 1 if there are some, 2 without rows."""
    known = statements()
    without = [name for name in names if not (ROWS / f"test_{name}.py").exists()]
    if without:
        sys.stdout.write(f"no rows: {', '.join(f'tests/sql/test_{name}.py' for name in without)}\n")
        return 2
    os.nice(10)
    relations_of_this_process()
    left = 0
    for name in names or [name for name in known if (ROWS / f"test_{name}.py").exists()]:
        text = known[name].read_text(encoding="utf-8")
        for change in survivors(name, known[name]):
            if reason(name, text, change) is None:
                left += 1
                sys.stdout.write(f"{name}.sql:{change.line}:{change.what}\n")
                sys.stdout.flush()
    sys.stdout.write(f"{left} changes that no row notices\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
