"""The constraint model: one generator of rules per file, one objective per file; the only room that knows OR-Tools."""
