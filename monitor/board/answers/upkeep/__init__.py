"""Answers about the watch itself: what was looked at, sent, held, muted, and by which rules."""
