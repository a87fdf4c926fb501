"""The database as a whole: SQLite or PostgreSQL, its copies, and the move into another one."""
