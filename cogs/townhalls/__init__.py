"""The town hall cogs: here `/townhall`, `/ask` and `/hand` for members."""
