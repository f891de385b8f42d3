"""How much of everything is done: in three minutes, or in an hour."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """How much of everything."""

    rows: int
    crowd: int
    viewers: int
    seconds: float
    """Of watching viewers, each time."""
    upload_mb: int
    stalled: int
    strangers: int
    """Foreign handshakes a second."""
    soak: float
    """Seconds."""
    kills: int
    between_kills: float


SHORT = Plan(100_000, 30, 15, 20, 20, 100, 20, 30, 2, 10)
FULL = Plan(1_000_000, 100, 50, 120, 100, 350, 50, 1800, 6, 20)
