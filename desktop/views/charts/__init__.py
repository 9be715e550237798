"""Charts of the look on pyqtgraph.

`chart` holds what they show and is quick to load; `plot` brings the library, which is loaded beside the event loop.
"""
