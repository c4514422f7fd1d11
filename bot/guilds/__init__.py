"""Guilds: how one server has set Steward up, and who its organizers are."""
