"""Plan and drawing to one file per output; the only room that knows HTML."""
