"""The store and everything that comes into it or leaves it: no geometry kernels, no Qt."""
