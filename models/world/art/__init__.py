"""Pictures drawn with a brush: two characters, painted surfaces, places in perspective."""
