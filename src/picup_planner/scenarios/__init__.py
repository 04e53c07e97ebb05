"""Named changes to what a month is assembled from, planned side by side, here or on a cluster; and a whole year."""
