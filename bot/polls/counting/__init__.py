"""Count ballots by every method a poll can have: exactly, and the same whoever counts. Pure."""
