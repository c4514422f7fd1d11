"""What operators do from the command line: set up, examine, back up and restore."""
