"""Filming: exact ray casting of solids into pictures, depth, normals and labels, in several styles."""
