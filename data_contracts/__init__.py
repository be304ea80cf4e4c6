"""The nouns: row types, file formats, manifests and the artifact store. Imports nothing of ours."""
