"""Linear heads on features of a network: its probe, refitted heads, out-of-fold predictions."""
