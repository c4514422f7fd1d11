"""The vault: what must never be linked to a person, in one SQLite file that keeps no history."""
