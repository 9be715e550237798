"""Route sheets and pages that people share and print."""
