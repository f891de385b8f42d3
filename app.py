"""The app that `streamlit run app.py` starts: the page, its static files, and the guard in front of both."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount
from streamlit.file_util import get_static_dir

from components import errors
from components.charts import PLOTLY
from components.element import ADDRESS, APP
from components.guard import Guard
from components.preload import Preload
from components.static import Before, Static
from components.warm import warm

HERE = Path(__file__).parent

# Every name in it holds a hash. Streamlit would send them uncompressed, and keeps their path from routes.
STREAMLIT = Static(Path(get_static_dir()) / "static", versioned=r"\.[\w-]{8}\.\w+$")

OURS = tuple(f"{ADDRESS}/{APP}.{name}/{name}.js" for name in ("viewport", "tile", "chart", "breakdown"))

errors.keep_log_private()

app = st.App(
    HERE / "components" / "page.py",
    lifespan=warm,
    # Streamlit would look for them beside the page.
    routes=[Mount("/app/static", Static(HERE / "static", versioned=r"-\d+\.\d+\.\d+\.", compiled=PLOTLY.name))],
    middleware=[
        Middleware(Guard),
        Middleware(Preload, modules=OURS, scripts=(f"app/static/{PLOTLY.name}",)),
        Middleware(Before, path="/static", files=STREAMLIT),
    ],
    on_script_error=errors.show,
)
