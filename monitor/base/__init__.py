"""What everything rests on: errors, records, settings, user files, telemetry and the engine."""
