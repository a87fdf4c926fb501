"""Episodes as alerts: their lifecycle, and the append-only ledger."""
