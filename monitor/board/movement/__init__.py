"""Who moved, from where to where, and where people are: what pages, JSON and CSV say of it."""
