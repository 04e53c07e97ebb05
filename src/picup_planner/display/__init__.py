"""Plans and comparisons as tables, charts, sentences and what a notebook displays."""
