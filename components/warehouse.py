"""The usage that the operator's engine holds, opened once for all, and the wait for what it is asked.

Whoever asks something else, or leaves, waits no longer; what nobody waits for is stopped.
"""

import time

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import theme
from components.others import kinds_beside, small_question
from data.comparison import compared
from data.engine import readings
from data.query import Query
from data.usage import Usage
from data.warehouse.source import Warehouse

CANCELLED = "cancelled question"
_LOOK = 0.1
"""Seconds between two looks at whether the answer is there."""
_SHORT = 0.5
"""Seconds that need no progress bar."""


def wait(usage: Usage, query: Query, others: bool) -> None:
    """Has the engine asked for all that a view needs, at once, and shows that it is; nothing to wait for elsewhere.

    others: whether the view shows other kinds of result as well. Raises EngineError with a sentence.
    """
    if not isinstance(usage, Warehouse):
        return
    if st.session_state.get(CANCELLED) == query:
        _cancelled()
        st.stop()
    st.session_state.pop(CANCELLED, None)
    before = compared(usage, query)
    questions = [query, *([] if isinstance(before, str) else [before])]
    if others:
        questions += [small_question(usage, query, kind) for kind in kinds_beside(usage, query)]
    _show(usage, query, questions)


def _show(usage: Warehouse, query: Query, questions: list[Query]) -> None:
    flights = usage.asking(readings(usage, questions))
    place, since, bar = st.empty(), time.monotonic(), None
    try:
        while not all(flight.answer.done() for flight in flights):
            waited = time.monotonic() - since
            if bar is None and waited > _SHORT:
                bar = _waiting(place, query)
            if bar is not None:
                # Drawing is also where a run ends that the visitor has no use for any more.
                bar.progress(min(waited / usage.seconds, 1.0), f"The engine adds it up · {waited:.0f} s")
            time.sleep(_LOOK)
    finally:
        usage.left(flights)
    place.empty()
    for flight in flights:
        flight.answer.result()


def _waiting(place: DeltaGenerator, query: Query) -> DeltaGenerator:
    """How much of the time that a question may take is over, and the way out."""
    with place.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0)
        st.button("Cancel", type="tertiary", key="engine-cancel", on_click=lambda: _cancel(query))
    return bar


def _cancel(query: Query) -> None:
    st.session_state[CANCELLED] = query


def _cancelled() -> None:
    st.info("The question was cancelled.", icon=":material/cancel:")
    st.button("Ask again", icon=":material/refresh:", on_click=lambda: st.session_state.pop(CANCELLED, None))


def not_answered(error: Exception) -> None:
    """Why there is no answer, and a way to ask once more."""
    st.error(theme.markdown(str(error)), icon=":material/database_off:")
    st.button("Try again", icon=":material/refresh:", key="engine-again")
