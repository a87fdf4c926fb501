"""Large looks in parts: everything from changes to moves is per profile, so that parts share it."""

from monitor.moves.derivation.buckets.driving import follow_first_look, follow_looks, is_large

__all__ = ["follow_first_look", "follow_looks", "is_large"]
