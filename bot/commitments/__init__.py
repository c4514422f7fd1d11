"""What the employer promised, until when, and what became of it."""
