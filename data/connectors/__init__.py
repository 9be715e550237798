"""Readers and writers of files: plain records in and out, no store."""
