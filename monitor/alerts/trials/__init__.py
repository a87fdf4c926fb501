"""Rules tried without consequences: previews over the past, and tests of rules."""
