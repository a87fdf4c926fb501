"""What may be decided on the board, and the forms for it."""
