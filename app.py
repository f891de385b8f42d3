"""The app that `streamlit run app.py` starts: the page, its static files, and the guard in front of both."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from components.guard import Guard

HERE = Path(__file__).parent


app = st.App(
    HERE / "components" / "page.py",
    # Streamlit would look for them beside the page.
    routes=[Mount("/app/static", StaticFiles(directory=HERE / "static"))],
    middleware=[Middleware(Guard)],
)
