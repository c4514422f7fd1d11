"""Everything that speaks Discord: one cog a feature, each of its commands a few lines."""
