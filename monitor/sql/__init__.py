"""The statements, one file per question; the first line of each says what a row means."""
