"""What a collection keeps to go on with: its work file."""
