"""A simulated union to try Steward in, without Discord: the real bot on real stores, in SimCord."""
