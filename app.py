"""The app that `streamlit run app.py` starts: the page, its static files, and the guard in front of both."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from components import errors
from components.guard import Guard

HERE = Path(__file__).parent

errors.keep_log_private()

app = st.App(
    HERE / "components" / "page.py",
    # Streamlit would look for them beside the page.
    routes=[Mount("/app/static", StaticFiles(directory=HERE / "static"))],
    middleware=[Middleware(Guard)],
    on_script_error=errors.show,
)
