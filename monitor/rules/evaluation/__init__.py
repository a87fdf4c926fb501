"""Rules held against moves: which groups reach a threshold, when, and by whom."""
