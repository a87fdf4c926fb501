"""Alerts as the state keeps them: the ledger, its people, and what an alert says, in short."""
