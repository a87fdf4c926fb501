"""Whether a snapshot may be compared, and which changes are collective."""
