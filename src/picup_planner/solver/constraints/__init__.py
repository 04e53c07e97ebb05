"""What must hold: one generator of (rule, constraint) per file."""
