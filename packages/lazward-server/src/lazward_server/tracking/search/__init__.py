"""The filter language: text to tokens, tokens to a tree, a tree to SQL."""
