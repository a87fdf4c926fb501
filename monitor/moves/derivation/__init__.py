"""From accepted snapshots to tenures and moves."""
