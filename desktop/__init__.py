"""The Opsmap application."""
