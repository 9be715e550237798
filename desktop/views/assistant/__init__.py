"""The assistant that founds a city and brings its streets, areas and requests in."""
