"""The command line: a module per noun, never loading Qt."""
