"""ArtExtract: what a painting is, where the models go wrong, and which works stand out."""
