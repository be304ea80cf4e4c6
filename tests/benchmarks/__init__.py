"""Benchmarks: `make bench-NAME` prints a table and writes runs/bench/NAME.json."""
