"""The polls cogs."""
