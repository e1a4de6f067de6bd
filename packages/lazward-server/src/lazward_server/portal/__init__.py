"""The portal: a single-page application, and who may see it."""
