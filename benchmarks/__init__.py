"""Benchmarks: what the README claims about speed, with peers in the same run."""
