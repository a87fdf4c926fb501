"""Runs, schedules, the lease, failures, housekeeping, status and the service."""
