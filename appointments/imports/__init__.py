"""Real input: what a practice brings from its clinical system, one package per source format."""
