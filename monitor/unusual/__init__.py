"""Whether a count is a lot: what chance makes of it, over all groups of a rule."""
