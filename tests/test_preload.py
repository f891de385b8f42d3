"""The page's answer names what its browser will need, and nothing else does."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from components.preload import ELEMENTS, Preload, scripts_of


def client() -> TestClient:
    routes = [Route("/", lambda _: HTMLResponse("<p>")), Route("/text", lambda _: PlainTextResponse("text"))]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Preload, others=("app/static/drawing.js",))]))


def test_a_page_names_scripts_to_fetch_at_once():
    link = client().get("/").headers["link"].split(", ")
    assert link[-1] == "<./app/static/drawing.js>; rel=preload; as=script; fetchpriority=low"
    assert all(
        each.startswith("<./static/js/") and each.endswith(".js>; rel=modulepreload; fetchpriority=low")
        for each in link[:-1]
    )


def test_what_is_no_page_names_nothing():
    assert "link" not in client().get("/text").headers


def test_each_element_has_its_script_in_the_release_that_is_installed():
    found = scripts_of(ELEMENTS)
    assert len(found) == len(set(found))
    assert all(any(name.startswith(f"{element}.") for name in found) for element in ELEMENTS)


def test_what_the_page_loads_by_itself_is_not_named():
    assert not [name for name in scripts_of(ELEMENTS) if name.startswith(("index.", "react-dom.", "protobuf."))]
