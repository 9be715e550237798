"""What the benchmark of duplicates is made of: the engines, and the city with links of its staff."""
