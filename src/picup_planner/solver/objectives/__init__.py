"""What is better: one integer expression per file."""
