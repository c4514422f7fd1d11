"""Polls: shows of hands, and secret ballots counted exactly."""
