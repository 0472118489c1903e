"""The commands: ``artextract STAGE`` or ``python -m artextract STAGE``, one per stage.

Arguments in, calls out: nothing is computed here, and what a command does not need is not imported:
PyTorch alone takes seconds.
"""

from artextract.cli.app import main

__all__ = ["main"]
