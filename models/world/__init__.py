"""The puppet world: figures, motions, places and cameras from seeds, filmed with all that is true of them."""
