"""Pose-aware video inpainting by a gated video diffusion transformer (DreamDance, character art, 3.3).

Nothing here imports torch or diffusers before it is used.
"""
