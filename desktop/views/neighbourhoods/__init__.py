"""Neighbourhoods: the question, what came of it on map and in tables, and the service figures of a place."""
