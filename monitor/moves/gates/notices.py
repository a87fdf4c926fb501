"""What operators are told of the verdicts on the snapshots of each source."""

from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from monitor.base.records import SPEAKS, Notice, Verdict
from monitor.moves.gates.quality import BY_HAND
from monitor.moves.gates.strays import ASIDE


def verdict_notices(judged: Iterable[Sequence[Any]]) -> Iterator[Notice]:
    """One notice when a source turns suspect, and one when it speaks again.

    `judged` are rows of `judged_rows`, in order of days.
    """
    suspect: set[str] = set()
    for source, day, _, _, verdict, reasons in judged:
        if verdict == Verdict.SUSPECT and reasons[0] in ASIDE:
            # The source is as good as it was.
            yield _aside_notice(source, day, reasons)
            continue
        was_suspect = source in suspect
        suspect.discard(source)
        if verdict == Verdict.SUSPECT:
            suspect.add(source)
            if not was_suspect:
                yield _suspect_notice(source, day, reasons)
        elif verdict in SPEAKS and was_suspect and BY_HAND not in reasons:
            # Who accepted a snapshot by hand knows; a notice now would speak of a day long past.
            yield _recovery_notice(source, day, reasons)


def _recovery_notice(source: str, day: date, reasons: Sequence[str]) -> Notice:
    text = "Its snapshots are compared again, with the last one that was accepted."
    if reasons:
        text = (
            "; ".join(reasons) + ". What is new in it was not compared: nobody has moved by it."
            " The next one is compared with it."
        )
    return Notice(
        key=f"recovered:{source}:{day}",
        title=f"{source} is good again since {day}",
        text=text,
        on=day,
    )


def _aside_notice(source: str, day: date, reasons: Sequence[str]) -> Notice:
    return Notice(
        key=f"aside:{source}:{day}",
        title=f"The snapshot of {source} on {day} is set aside until you decide",
        text="; ".join(reasons)
        + ". It is stored and not compared: nothing changes by it. Let it speak with"
        f" `talentwatch snapshots accept {source} {day}` if it is right; else"
        f" `talentwatch snapshots reject {source} {day}`.",
        on=day,
    )


def _suspect_notice(source: str, day: date, reasons: Sequence[str]) -> Notice:
    return Notice(
        key=f"suspect:{source}:{day}",
        title=f"The snapshot of {source} on {day} is suspect",
        text="; ".join(reasons)
        + ". It is stored and not compared: nobody has left by it. Accept it with"
        f" `talentwatch snapshots accept {source} {day}` if it is right. If its file is wrong, mend"
        f" it and take it in with `talentwatch import {source} FILE --replace`.",
        on=day,
    )


def turnover_notices(
    limits: Iterable[Sequence[Any]], accepted: Container[tuple[str, date]]
) -> Iterator[Notice]:
    """One notice a source: the first time that it speaks by more than the limit it is given.

    `limits` are rows of `missing_limits` in order of days, `accepted` the accepted snapshots.
    """
    noticed: set[str] = set()
    for source, day, people, missing, share, because, base in limits:
        by_it = base * people < missing <= share * people
        if source in noticed or not by_it or (source, day) not in accepted:
            continue
        noticed.add(source)
        yield Notice(
            key=f"turnover:{source}",
            title=f"{source} is looked at so rarely that more people may be missing",
            text=f"On {day} {missing} of {people} known profiles were missing: at most {share:.0%}"
            f" are allowed ({because}). Nobody has left by it."
            f" `talentwatch snapshots --json` has the limit of each snapshot; `missing` in"
            f" [sources.{source}.quality] sets another.",
            on=day,
        )
