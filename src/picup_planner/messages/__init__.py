"""Everything people read: message ids to French and English sentences."""
