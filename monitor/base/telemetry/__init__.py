"""Logs, the time that stages take, and traces."""
