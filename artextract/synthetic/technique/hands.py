"""A painter's hand: how the brush, the light and the support behave."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hand:
    """The habits of one painter, whatever the technique.

    Attributes
    ----------
    stroke : float
        Size of touches and planes, 1 ordinary.
    angle, follow : float
        Favourite slant of the brush in radians; how far it follows the form instead, 0..1.
    dab : float
        Elongation of a dot, 1 round.
    depth : float
        Contrast of the modelling, 1 ordinary.
    relief, bristle : float
        Thickness of the paint; strength of bristle marks or grain.
    line, ink : float, str
        Width of contours in px of a 270 px picture, and their colour.
    ground : str
        Colour of the primed canvas between touches.
    weave, coarse : float, float
        Strength of the canvas weave, and its thread in px.
    horizon : pair of float
        Range in which the horizon falls, share of the height from the top.
    lamp : float
        -1 light from the left, 1 from the right.
    wobble : float
        Unsteadiness of contours in picture units.
    glaze : float
        Yellow of the varnish.
    """

    stroke: float = 1.0
    angle: float = 0.0
    follow: float = 0.6
    dab: float = 1.0
    depth: float = 1.0
    relief: float = 0.35
    bristle: float = 0.06
    line: float = 2.6
    ink: str = "#20242e"
    ground: str = "#d9ccb0"
    weave: float = 0.03
    coarse: float = 3.0
    horizon: tuple[float, float] = (0.4, 0.5)
    lamp: float = -1.0
    wobble: float = 0.004
    glaze: float = 0.006
