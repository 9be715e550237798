"""Tests of data.connectors."""
