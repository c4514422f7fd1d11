"""The directory of training and help: where to learn, and who stands by somebody in need."""
