"""What each channel is sent, and whether it arrived."""
