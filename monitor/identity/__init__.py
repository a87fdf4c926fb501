"""Which names are one organisation, and which profiles are one person."""
