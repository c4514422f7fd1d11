"""Polls that unions hold again and again, to start from. Pure."""
