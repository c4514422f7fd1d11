"""Trust: what Steward says about itself, and the promises that any feature leans on."""
