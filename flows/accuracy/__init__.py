"""Accuracy: every usable backend of every role held against exact truth, as one table."""
