"""The page names what its browser will need; all else passes as it is."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from components.preload import ELEMENTS, Preload, scripts_of

PAGE = "<head><title>Page</title></head><body></head></body>"


def page(_: Request) -> HTMLResponse:
    return HTMLResponse(PAGE)


def in_pieces(_: Request) -> StreamingResponse:
    return StreamingResponse(iter([PAGE[:25], PAGE[25:]]), media_type="text/html")


def text(_: Request) -> PlainTextResponse:
    return PlainTextResponse(PAGE)


def missing(_: Request) -> HTMLResponse:
    return HTMLResponse(PAGE, 404)


def client() -> TestClient:
    routes = [Route(f"/{each.__name__}", each) for each in (page, in_pieces, text, missing)]
    named = Middleware(Preload, modules=("own/module.js",), scripts=("app/static/drawing.js",))
    return TestClient(Starlette(routes=routes, middleware=[named]))


def test_the_head_of_a_page_ends_with_what_to_fetch_and_to_run():
    found = client().get("/page")
    head, _, body = found.text.partition("</head>")
    assert head.startswith("<head><title>Page</title><link ")
    assert head.endswith(
        '<link rel="modulepreload" crossorigin fetchpriority="low" href="./own/module.js">'
        '<script async fetchpriority="low" src="./app/static/drawing.js"></script>'
    )
    assert head.count('href="./static/js/') == len(scripts_of(ELEMENTS))
    assert body == "<body></head></body>"
    assert found.headers["content-length"] == str(len(found.content))


def test_a_page_in_pieces_is_the_same_page():
    assert client().get("/in_pieces").text == client().get("/page").text


def test_what_is_no_page_stays_as_it_is():
    assert client().get("/text").text == PAGE
    assert client().get("/missing").text == PAGE


def test_each_element_has_its_script_in_the_release_that_is_installed():
    found = scripts_of(ELEMENTS)
    assert len(found) == len(set(found))
    assert all(any(name.startswith(f"{element}.") for name in found) for element in ELEMENTS)


def test_what_the_page_loads_by_itself_is_not_named():
    assert not [name for name in scripts_of(ELEMENTS) if name.startswith(("index.", "react-dom.", "protobuf."))]
