"""Reports: what a worker files in private, its release as a case, and the desk where organizers read it."""
