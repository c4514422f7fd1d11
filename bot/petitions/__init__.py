"""Petitions: what members ask for together, and the library of demands that others have won or proposed."""
