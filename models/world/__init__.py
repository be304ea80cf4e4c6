"""The demo's own world: characters, places and motions drawn by code, equal on every run."""
