"""How long a link lives: the choice, and its words."""

import streamlit as st

from components import sources


def lifetime(words: str, default: int | None, key: str = "share.days") -> int | None:
    """The choice in days; None is for ever, where links may last."""
    lifetimes = list(sources.store().settings.lifetimes)
    return st.segmented_control(
        words,
        lifetimes,
        format_func=lambda days: "For ever" if days is None else f"{days} day{'s' if days > 1 else ''}",
        default=default if default in lifetimes else lifetimes[0],
        required=True,
        key=key,
    )


def lives(days: int | None) -> str:
    return "for ever" if days is None else f"for {days} day{'s' if days > 1 else ''}"
