"""Static files over HTTP: compressed for who takes it, the same file either way, and asked for once."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from streamlit.file_util import get_static_dir

from components.static import Before, Static

SCRIPT = b"export const answer = 42;\n" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "script-1.2.3.js").write_bytes(SCRIPT)
    (tmp_path / "page.html").write_bytes(b"<p>Hello</p>" * 100)
    (tmp_path / "icon.png").write_bytes(b"\x89PNG" * 100)
    return tmp_path


@pytest.fixture
def client(folder: Path) -> TestClient:
    static = Static(folder, versioned=r"-\d+\.\d+\.\d+\.")
    return TestClient(Starlette(routes=[Mount("/static", static)]), headers={"accept-encoding": "identity"})


@pytest.fixture
def ask(client: TestClient) -> Callable[..., tuple[int, dict[str, str], bytes]]:
    """Status, headers and the body as it was sent."""

    def ask(name: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        with client.stream("GET", f"/static/{name}", headers=named) as response:
            return response.status_code, dict(response.headers), b"".join(response.iter_raw())

    return ask


def test_a_text_comes_compressed_to_who_takes_it(ask):
    status, headers, body = ask("script-1.2.3.js", accept_encoding="br, gzip")
    assert (status, headers["content-encoding"], headers["vary"]) == (200, "gzip", "accept-encoding")
    assert headers["content-type"].startswith("text/javascript")
    assert int(headers["content-length"]) == len(body) < 100
    assert gzip.decompress(body) == SCRIPT


@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0", "br, gzip; q=0.0"])
def test_who_does_not_take_it_gets_the_file_as_it_is(ask, accepted):
    status, headers, body = ask("script-1.2.3.js", accept_encoding=accepted)
    assert (status, "content-encoding" in headers, headers["vary"], body) == (200, False, "accept-encoding", SCRIPT)


def test_a_picture_is_not_compressed_again(ask):
    _, headers, body = ask("icon.png", accept_encoding="gzip")
    assert ("content-encoding" in headers, "vary" in headers, len(body)) == (False, False, 400)


def test_each_form_has_a_tag_of_its_own_and_is_not_sent_to_who_has_it(ask):
    tags = {form: ask("script-1.2.3.js", accept_encoding=form)[1]["etag"] for form in ("gzip", "identity")}
    assert tags["gzip"] != tags["identity"]
    for form, tag in tags.items():
        status, headers, body = ask("script-1.2.3.js", accept_encoding=form, if_none_match=tag)
        assert (status, body, headers["etag"]) == (304, b"", tag)
    assert ask("script-1.2.3.js", accept_encoding="identity", if_none_match=tags["gzip"])[0] == 200


def test_asked_for_again_it_is_the_same_answer(ask):
    first, again = (ask("script-1.2.3.js", accept_encoding="gzip") for _ in range(2))
    assert again == first
    assert gzip.decompress(again[2]) == SCRIPT
    assert ask("script-1.2.3.js", accept_encoding="identity")[2] == SCRIPT
    assert ask("script-1.2.3.js", accept_encoding="gzip", range="bytes=7-11")[2] == b"const"


def test_a_part_of_a_file_is_a_part_of_it_as_it_is(ask):
    status, headers, body = ask("script-1.2.3.js", accept_encoding="gzip", range="bytes=7-11")
    assert (status, body, "content-encoding" in headers) == (206, b"const", False)


def test_a_file_that_was_replaced_is_sent_anew(ask, folder):
    before = ask("page.html", accept_encoding="gzip")
    (folder / "page.html").write_bytes(b"<p>Good bye</p>" * 100)
    after = ask("page.html", accept_encoding="gzip", if_none_match=before[1]["etag"])
    assert (after[0], gzip.decompress(after[2])) == (200, b"<p>Good bye</p>" * 100)


def test_only_what_has_a_version_in_its_name_is_kept_without_asking(ask):
    assert ask("script-1.2.3.js")[1]["cache-control"] == "public, immutable, max-age=31536000"
    assert ask("page.html", accept_encoding="gzip")[1]["cache-control"] == "no-cache"
    assert ask("icon.png")[1]["cache-control"] == "no-cache"


def test_a_file_that_is_not_there_is_not_found(ask):
    assert ask("gone.js", accept_encoding="gzip")[0] == 404
    assert ask("../secret.js", accept_encoding="gzip")[0] == 404


def test_what_is_not_in_the_folder_is_asked_of_the_app(folder):
    async def told(request):
        return PlainTextResponse(f"the app: {request.url.path}")

    files = Static(folder, versioned="js$")
    app = Before(Starlette(routes=[Route("/{path:path}", told)]), "/static", files)
    with TestClient(app) as client:
        assert client.get("/static/script-1.2.3.js").headers["content-encoding"] == "gzip"
        assert client.get("/static/gone.js").text == "the app: /static/gone.js"
        assert client.get("/other").text == "the app: /other"
        assert client.get("/static/../secret").text == "the app: /secret"


def test_every_script_of_streamlit_has_a_hash_in_its_name():
    names = [path.name for path in (Path(get_static_dir()) / "static" / "js").iterdir()]
    assert names
    assert all(re.search(r"\.[\w-]{8}\.\w+$", name) for name in names)


def test_the_script_to_be_compiled_says_so_and_is_else_as_it_was(tmp_path):
    for name in ("drawing-1.2.3.js", "other-1.2.3.js"):
        (tmp_path / name).write_bytes(SCRIPT)
    files = Static(tmp_path, versioned="js$", compiled="drawing-1.2.3.js")
    with TestClient(Starlette(routes=[Mount("/", files)])) as client:
        assert client.get("/drawing-1.2.3.js").content == b"//# allFunctionsCalledOnLoad\n" + SCRIPT
        assert client.get("/other-1.2.3.js").content == SCRIPT
