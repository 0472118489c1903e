"""Whether a picture is like the collection at all, and by one of its artists."""
