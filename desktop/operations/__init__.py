"""Use cases, one verb a function, free of Qt: each appends its event and returns Changes."""
