"""One file for each version of the state database."""
