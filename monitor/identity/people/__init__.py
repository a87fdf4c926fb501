"""Which profiles are one person."""
