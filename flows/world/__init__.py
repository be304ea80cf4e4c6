"""The puppet world on disk: takes with their truth, manifests, and a job table for `bunraku run`."""
