"""What is wrong with a watch, and what surrounds it."""
