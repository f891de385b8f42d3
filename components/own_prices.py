"""Which prices a session estimates by: its own, else the operator's, else the list's alone."""

import os
from pathlib import Path

import streamlit as st

from data.pricing import PriceFileError, Prices, read_prices

PRICES = "USAGE_PRICES"
"""Where an operator names a price file."""
OWN_PRICES = "own prices"


@st.cache_resource(show_spinner=False)
def _operators_prices() -> tuple[Prices, str]:
    """The operator's price file, or why it is not used."""
    path = os.environ.get(PRICES)
    if not path:
        return Prices(), ""
    try:
        return Prices(read_prices(Path(path).read_bytes()), Path(path).name), ""
    except OSError as error:
        return Prices(), f"The price file in {PRICES} could not be opened: {error.strerror or 'unknown'}."
    except PriceFileError as error:
        return Prices(), str(error)


def current() -> Prices:
    """The session's own, else the operator's, else the list's alone."""
    found: Prices = st.session_state.get(OWN_PRICES) or _operators_prices()[0]
    return found


def at_fault() -> str:
    """Why the operator's price file is not used; empty where it is, or there is none."""
    return _operators_prices()[1]


def use(found: Prices | None) -> None:
    """Prices for this session alone, or none of its own any more."""
    st.session_state[OWN_PRICES] = found
