"""The fictional demo city: a pure generator. The same number of requests, seed and last day give the same city."""
