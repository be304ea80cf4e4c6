"""How far an answer is from the truth: arrays in, numbers out, each as its source defines it."""
