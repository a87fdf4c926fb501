"""Who is who, and which of their moves count: from what profiles tell to what people did.

Several profiles may be one person: by links that an operator decided, by ids that profiles state,
by an id that was changed at its source, or likely so, by identical dated histories, or one name on
one page or in one undated move at one look, or names that agree on one page in one move. All of it
is known from a day on, as the moves are, so that replay equals live.
"""

from collections.abc import Collection, Sequence
from datetime import date

from monitor.base.engine import Engine
from monitor.identity.people.membership import Edge, membership_periods
from monitor.moves.derivation.derived_tables import facts
from monitor.moves.derivation.inputs import MoveReview
from monitor.moves.gates.quality import LAG_DAYS

UNDONE_WITHIN_DAYS = 120
"""An undated move that is undone so soon, without a date again, was a slip of the source."""
SAME_MOVE_DAYS = 365
"""How many days apart two profiles of one person may state the same move."""
_REVIEW = ("move", "verdict", "reason", "known_from", "known_until")
FOUND_CLUSTER = {
    **dict.fromkeys(("source", "profile", "person", "reason"), "VARCHAR"),
    **dict.fromkeys(("starts_on", "ends_on"), "DATE"),
}
"""A profile and a stretch of days in which it is one person with others; without a person, the end
of the stretch before."""


def update_moves(
    engine: Engine,
    reviews: Sequence[MoveReview],
    different: Collection[tuple[str, str]] = (),
) -> None:
    """Bring the moves in step with what the profiles tell and with what analysts judged.

    `different` are profiles that are two people, by a decision. Only what changed since the first
    unsettled day is looked at.
    """
    _renew_reviews(engine, reviews)
    stale_from = facts(engine).get("stale_from")
    if stale_from is None:
        return
    since = date.fromisoformat(stale_from)
    with engine.transaction():
        engine.run("store_rewind_people", since=since)
        engine.run("store_edges", since=since)
        while engine.rows("further_reached_keys") != [(0,)]:
            pass
        edges = [Edge(**row) for row in engine.records("reached_edges")]
        if edges:
            _store_clusters(engine, edges, since, different)
        engine.run(
            "store_moves",
            since=since,
            undone_within=UNDONE_WITHIN_DAYS,
            near=SAME_MOVE_DAYS,
            lag=LAG_DAYS,
        )


def _store_clusters(
    engine: Engine, edges: Sequence[Edge], since: date, different: Collection[tuple[str, str]]
) -> None:
    reached = engine.rows("reached_profiles")
    first_seen = {key: since for key, since, *_ in reached if since is not None}
    before = {key: (person, why) for key, _, person, why in reached if person is not None}
    engine.hand_over(
        "found_clusters",
        FOUND_CLUSTER,
        [
            (*key.split(":", 1), *(belief or (None, None)), starts, ends)
            for key, belief, starts, ends in membership_periods(
                edges, first_seen, before, since=since, different=different
            )
        ],
    )
    engine.run("store_clusters")


def _renew_reviews(engine: Engine, reviews: Sequence[MoveReview]) -> None:
    """Replace the analysts' judgements, if they changed, and mark from which day on."""
    rows = {
        (review.move, review.verdict, review.reason, review.known_from, review.known_until)
        for review in reviews
    }
    stored = set(engine.read("move_reviews", _REVIEW))
    if rows == stored:
        return
    changed = [day for row in rows ^ stored for day in row[3:] if day]
    with engine.transaction():
        engine.run("store_stale_from", since=min(changed))
        engine.refill("move_reviews", _REVIEW, sorted(rows, key=str))
