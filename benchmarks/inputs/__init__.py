"""What the benchmarks measure on: invented cities of any size, and the real data that lies beside the repository."""
