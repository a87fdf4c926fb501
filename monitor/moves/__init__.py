"""Who moved, as believed since when: gates first, then derivation."""
