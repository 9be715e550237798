"""The roster in the Crews workspace: the week as a table, and the forms of what stands in it."""
