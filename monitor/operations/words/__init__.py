"""What people say about a watch, as the stages take it: decisions, and how messages go out."""
