"""From an OSM extract to travel times and routes; the only room that knows osmnx."""
