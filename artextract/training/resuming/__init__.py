"""Stopping a training at any moment, and going on with it."""
