"""The city's endpoint for other programs, over operations."""
