"""The service: schedules, pages, and the HTTP server of these."""
