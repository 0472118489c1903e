"""What is known of a picture file before a decoder is let near it, and the bounds it must keep."""
