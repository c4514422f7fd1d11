"""Town halls: the hour, the agenda, who speaks, what is asked, and what came of it."""
