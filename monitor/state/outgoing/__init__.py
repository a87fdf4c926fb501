"""What was sent to whom, and what is still to be sent."""
