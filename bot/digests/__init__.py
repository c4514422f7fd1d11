"""Digests: what the public is shown of the reports, on schedule and never finer than the guild's k."""
