"""Approvals: what one organizer proposes and a second one must agree to."""
