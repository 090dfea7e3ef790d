"""Work on a Ray cluster that is already running: scoring large reply files, and the jobs of a sweep."""
