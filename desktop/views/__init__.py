"""Widgets only: state in, intent signals out."""
