"""The command line: one file per noun, output and errors in one place."""
