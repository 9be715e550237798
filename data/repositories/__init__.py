"""Readers of one kind of record each; they take a connection and return frozen records, never rows."""
