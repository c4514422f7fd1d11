"""Steward, a union steward that lives in Discord: everything that does not speak Discord."""

__version__ = "0.1.0"
