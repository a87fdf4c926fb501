"""`/moves`: the people behind a figure, the newest moves first."""

from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked
from monitor.board.movement.flows import MOST_COUNTED, found_moves, move_rows
from monitor.board.movement.move_filters import ALL, MOVE_FILTERS, UNKNOWN
from monitor.board.movement.views import NOWHERE, brief_names, move_view
from monitor.board.rendering import day_text
from monitor.board.server.page import Page, PathValues
from monitor.delivery.messages import counted, plain


def answer(desk: Desk, asked: Asked, _: PathValues) -> Answer:
    """List the moves that were asked for."""
    rows, after = found_moves(desk, asked)
    ends = [asked["from_root"], asked["to_root"]]
    units = [row[side] for row in rows for side in ("from_root", "to_root")]
    names = brief_names(desk, [*ends, *units])
    moves, people = (rows[0]["moves_found"], rows[0]["people_found"]) if rows else (0, 0)
    way = [_end(end, names) for end in ends]
    return Answer(
        records=move_rows(rows),
        after=after,
        shown={
            "headline": _headline(moves, people),
            "way": way if any(way) else None,
            "when": _when(asked),
            "moves": [move_view(row, names) for row in rows],
        },
    )


def _headline(moves: int, people: int) -> str:
    if moves > MOST_COUNTED:
        return f"More than {MOST_COUNTED:,} moves"
    return f"{people:,} {'person' if people == 1 else 'people'}, {counted(moves, 'move')}"


def _end(root: str | None, names: dict[str, str]) -> str | None:
    if root is None:
        return None
    return NOWHERE if root == UNKNOWN else names.get(root, plain(root))


def _when(asked: Asked) -> str:
    window = asked["window"]
    is_set = window not in (None, ALL)
    words = [f"within {window} days up to the newest snapshot"] if is_set else []
    words += [f"{word} {day_text(asked[word])}" for word in ("since", "until") if asked[word]]
    if asked["month"]:
        words.append(f"in {asked['month']} at the latest")
    if asked["team"]:
        words.append(f"of the team {plain(asked['team'])}")
    if asked["known"]:
        words.append(f"as known on {day_text(asked['known'])}")
    if words and asked["clock"] == "seen":
        words.append("by the day on which it was seen")
    return ", ".join(words)


PAGE = Page(
    path="/moves",
    template="moves.html",
    answer=answer,
    filters=MOVE_FILTERS,
    menu="Moves",
    of_people=True,
)
