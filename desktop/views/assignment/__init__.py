"""The Assignment workspace: rules in their order, why a request goes where it goes, and what a draft would move."""
