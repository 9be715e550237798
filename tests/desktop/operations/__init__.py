"""Tests of desktop.operations."""
