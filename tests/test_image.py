"""The image without a container engine: what its Dockerfile says, and its steps taken one by one."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from tests.conftest import PROJECT

PIN = re.compile(r"^([\w.-]+)==([\w.]+)")


def steps() -> list[tuple[str, str]]:
    """Instruction and argument, in order."""
    text = (PROJECT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", " "))]
    return [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in lines]


def said(instruction: str) -> list[str]:
    return [argument for name, argument in steps() if name == instruction]


def pins(name: str) -> dict[str, str]:
    found = map(PIN.match, (PROJECT / name).read_text(encoding="utf-8").splitlines())
    return {each[1].lower(): each[2] for each in found if each}


def test_the_lock_holds_what_is_asked_for_in_the_versions_that_are_tested() -> None:
    asked, locked = pins("requirements.txt"), pins("requirements.lock")
    assert {name: locked.get(name) for name in asked} == asked
    assert {"starlette", "uvicorn", "protobuf"} <= locked.keys()


def test_every_line_of_the_lock_has_hashes_and_none_comes_from_elsewhere() -> None:
    text = (PROJECT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line]
    assert len(lines) == len(pins("requirements.lock"))
    assert [line for line in lines if "--hash=sha256:" not in line or "://" in line or "-index" in line] == []


def test_the_image_runs_as_nobody_on_a_disk_it_need_not_write_to() -> None:
    assert said("USER") == ["10001:10001"]
    assert steps().index(("USER", "10001:10001")) < steps().index(("VOLUME", "/data"))
    assert said("ENTRYPOINT") == []
    (environment,) = said("ENV")
    assert "HOME=/tmp" in environment
    assert "USAGE_STORE_URL=file:///data/datasets" in environment
    (health,) = said("HEALTHCHECK")
    assert "/_stcore/health" in health
    assert json.loads(said("CMD")[0]) == ["python", "-m", "streamlit", "run", "app.py"]


def test_what_is_copied_is_there_and_let_through() -> None:
    let_through = {
        line[1:] for line in (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"
    }
    copied = {source for each in said("COPY") if "--from" not in each for source in shlex.split(each)[:-1]}
    assert copied == let_through
    assert [source for source in copied if not (PROJECT / source).exists()] == []


@pytest.mark.skipif(not shutil.which("hadolint", path=Path(sys.executable).parent), reason="needs hadolint")
def test_the_dockerfile_has_no_known_fault() -> None:
    linter = Path(sys.executable).parent / "hadolint"
    run = subprocess.run([linter, "--no-color", PROJECT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert run.stdout == ""


@pytest.mark.slow
def test_its_steps_give_a_dashboard_that_answers(tmp_path: Path) -> None:
    build, root, port = tmp_path / "venv", tmp_path / "app", "8699"
    (install,) = (step for step in said("RUN") if "--require-hashes" in step)
    shutil.copy(PROJECT / "requirements.lock", tmp_path)
    script = install.replace("/opt/venv", str(build)).replace("python -m venv", f"{sys.executable} -m venv", 1)
    subprocess.run(["sh", "-euc", script], cwd=tmp_path, check=True, capture_output=True)
    for each in said("COPY"):
        if "--from" not in each and "lock" not in each:
            source, target = shlex.split(each)
            copy = shutil.copytree if (PROJECT / source).is_dir() else shutil.copy
            place = root / (source if target == "./" else target)
            place.parent.mkdir(parents=True, exist_ok=True)
            copy(PROJECT / source, place)
    environment = dict(pair.split("=", 1) for pair in shlex.split(said("ENV")[0]))
    environment |= {
        "PATH": f"{build}/bin:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "USAGE_STORE_URL": (tmp_path / "data").as_uri(),
        "STREAMLIT_SERVER_PORT": port,
    }
    server = subprocess.Popen(json.loads(said("CMD")[0]), cwd=root, env=environment, stdout=subprocess.DEVNULL)
    try:
        assert answers(f"http://127.0.0.1:{port}/_stcore/health", within=60)
    finally:
        server.terminate()
        server.wait(timeout=20)


def answers(url: str, within: float) -> bool:
    give_up = time.monotonic() + within
    while time.monotonic() < give_up:
        try:
            with build_opener(ProxyHandler({})).open(url, timeout=5) as answer:
                return bool(answer.read() == b"ok")
        except OSError:
            time.sleep(0.2)
    return False


def test_the_settings_of_the_image_are_those_of_the_project() -> None:
    settings = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["client"]["disableDataExport"] is True
    assert settings["runner"]["postScriptGC"] is False
    assert settings["server"]["fileWatcherType"] == "none"
    assert settings["server"]["address"] == "localhost"
