"""What people instruct a watch to do: operators' decisions, and policies for its messages."""
