"""Ids that are names, where one snapshot has them as they were written and the next in one form."""

from collections import Counter

import pyarrow.parquet as pq

from monitor.base.records import Manifest
from monitor.intake.profiles.name_keys import key_with_name
from monitor.intake.snapshots.store import Store


def rekeyed_by_name(store: Store, before: Manifest, now: Manifest) -> tuple[list[str], list[str]]:
    """The former and the latter ids of those whose names one of two snapshots writes in one form.

    There are none where both take the same form, as all but the first two of that kind do, and none
    for a form that several people have.
    """
    if before.form.keyed_by_name == now.form.keyed_by_name:
        return [], []
    raw = before if now.form.keyed_by_name else now
    table = pq.read_table(store.profiles(raw.source, raw.observed_on), columns=["id", "name"])
    keys = {
        identity: key_with_name(identity, name or "")
        for identity, name in zip(
            *(table[column].to_pylist() for column in ("id", "name")), strict=True
        )
    }
    counts = Counter(keys.values())
    pairs = [(column, key) for column, key in keys.items() if key != column and counts[key] == 1]
    columns, keyed = [column for column, _ in pairs], [key for _, key in pairs]
    return (columns, keyed) if raw is before else (keyed, columns)
