"""Runs inside of ElastAlert2's environment: feeds its FrequencyRule and prints the seconds."""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from elastalert.ruletypes import FrequencyRule


def main() -> None:
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    for event in events:
        event["@timestamp"] = datetime.fromisoformat(event.pop("day")).replace(tzinfo=UTC)
    rule = FrequencyRule(
        {
            "name": "moves",
            "type": "frequency",
            "num_events": 10**9,
            "timeframe": timedelta(days=90),
            "timestamp_field": "@timestamp",
            "query_key": "destination",
            "use_count_query": False,
            "use_terms_query": False,
            "attach_related": False,
        }
    )
    began = time.perf_counter()
    for start in range(0, len(events), 10_000):
        rule.add_data(events[start : start + 10_000])
    print(json.dumps({"seconds": time.perf_counter() - began, "events": len(events)}))


if __name__ == "__main__":
    main()
