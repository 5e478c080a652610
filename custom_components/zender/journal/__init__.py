"""The journal: keeps every message, in SQLite or any database that SQLAlchemy knows."""
