"""What each column of a stranger's table says: guessed from its name and its cells."""
