"""Figures: bodies with a skeleton, solid parts, clothes and keypoints, drawn from a seed."""
