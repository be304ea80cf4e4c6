"""Exact motion: skeleton files to 3D joints, to a named humanoid, to 2D keypoints of a frontal camera."""
