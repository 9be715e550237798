"""Tests of the files that leave the city."""
