"""The dashboard with faults nobody foresaw: a question for shares fails, and the error says what it was asked; and the
Explore tab cannot be drawn.
"""

import runpy
from pathlib import Path
from typing import Any

from streamlit import App

from components import answers

answered = answers.answer


def answer(identity: str, what: Any, query: Any, usage: Any) -> Any:
    if query.mode == "share":
        raise RuntimeError(f"fault-of-the-test in {identity}: {usage.files[0].name}")
    if what.__name__ == "rhythm":
        raise RuntimeError("fault-of-the-tab")
    return answered(identity, what, query, usage)


answers.answer = answer
whole = runpy.run_path(str(Path(__file__).parents[3] / "app.py"))["app"]
# Streamlit looks for a call of App in the file that it is told to run.
app = App(
    whole.script_path,
    routes=whole._user_routes,
    middleware=whole._user_middleware,
    on_script_error=whole._on_script_error,
)
