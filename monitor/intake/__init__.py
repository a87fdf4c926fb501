"""From files and services to immutable snapshots."""
