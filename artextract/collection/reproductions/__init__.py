"""Reproductions of works: what is measured of each, and whether it tells their labels."""
