"""How many people of a window are still to come, and whether that can be told."""
