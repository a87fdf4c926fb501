"""What a rule says, and when it holds."""
