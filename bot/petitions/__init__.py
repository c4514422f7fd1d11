"""Petitions: what members ask for together, and dare to sign."""
