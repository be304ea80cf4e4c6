"""Training of the gated video model (DreamDance, character art, 3.3), by one process or by many."""
