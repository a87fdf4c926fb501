"""Looks in turns: each profile from one of its looks to the next, until there is none."""

from datetime import date

from monitor.base.engine import Engine
from monitor.moves.derivation.comparison import (
    find_moves,
    pair_tenures,
    state_positions,
    store_believed,
)
from monitor.moves.derivation.inputs import DerivationInputs


def follow_turns(
    engine: Engine, inputs: DerivationInputs, source: str, first: date, *, placeholders: bool
) -> None:
    """Follow each profile from one of its looks to the next, until there is none; ask no gate.

    `first` is the day of the first look, `placeholders` whether an undated move at a pseudo
    employer is none.
    """
    while engine.rows("next_looks", source=source) != [(0,)]:
        engine.run("profiles_at_looks", source=source)
        state_positions(engine, inputs, source)
        engine.run("shown_match_keys", source=source)
        engine.run("store_match_keys", source=source)
        engine.run("store_sightings", source=source)
        pair_tenures(engine, inputs)
        store_believed(engine, inputs, source, first, shared=())
        find_moves(engine, inputs, source, first)
        engine.run_from("holds", "moves_by_listing", source=source, day=first)
        engine.run("replaced_profiles")
        engine.run_from("replaced_profiles", "reassigned_profiles", source=source)
        engine.run(
            "store_profile_moves",
            source=source,
            day=first,
            baseline=False,
            silent=False,
            placeholders=placeholders,
        )
        engine.run("store_look_signs", source=source)
