"""Who may ask the board, by which name, and the headers of every answer."""
