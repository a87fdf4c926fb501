"""What `init` writes: a folder to begin with, and what it makes of an export."""
