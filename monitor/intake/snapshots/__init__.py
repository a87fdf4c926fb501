"""The snapshot store: immutable, complete when its manifest is there, checked by checksums."""
