"""The Duplicates workspace: proposed incidents, their reports side by side, and what may be done with them."""
