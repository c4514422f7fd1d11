"""Town halls: meetings that reach every time zone, and do not expose who attends."""
