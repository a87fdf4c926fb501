"""The machine that a process runs on: its memory and cores, processes, and the way to others."""
