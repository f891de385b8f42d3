"""`make cluster`: a Spark of its own on this computer, the tests that need one, and its end.

A master, two workers of one core each and a Spark Connect server, each a process on loopback. Needs Java 17 and 4 GB.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parents[2]
HOME = next((HERE / ".cluster").glob("lib/python3*/site-packages/pyspark"), Path("pyspark"))
LOGS = HERE / ".cluster" / "logs"
PATIENCE = 180.0
"""Seconds for all to be up."""
TESTS = ("tests/test_engines.py", "tests/browser/test_cluster.py")
"""In this order: the second one kills a worker."""


class Cluster(NamedTuple):
    address: str
    workers: tuple[int, ...]
    """Process groups: a worker and the executors that it has started."""
    groups: tuple[int, ...]
    """Of all that belongs to it."""


def main() -> int:
    """The exit code of the tests."""
    with cluster() as spark:
        print(f"Spark is up: {spark.address}", flush=True)
        found = {"SPARK_CLUSTER": spark.address, "SPARK_WORKERS": ",".join(map(str, spark.workers))}
        command = [sys.executable, "-m", "pytest", "-m", "cluster", "-v", "-o", "faulthandler_timeout=1200"]
        arguments = sys.argv[1:] or TESTS
        return subprocess.run([*command, *arguments], cwd=HERE, env={**os.environ, **found}, check=False).returncode


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A running one, which ends with the block."""
    LOGS.mkdir(exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is ended, whatever ends this
    master, connect = _free_port(), _free_port()
    started: list[subprocess.Popen[bytes]] = []
    try:
        started.append(_start("master", "org.apache.spark.deploy.master.Master", "--port", str(master)))
        _wait_for(master)
        url = f"spark://127.0.0.1:{master}"
        for each in ("worker-1", "worker-2"):
            size = ("--cores", "1", "--memory", "1g")
            started.append(_start(each, "org.apache.spark.deploy.worker.Worker", *size, url))
        started.append(_connect_server(url, connect))
        _wait_for(connect)
        groups = tuple(each.pid for each in started)
        yield Cluster(f"sc://127.0.0.1:{connect}", groups[1:3], groups)
    finally:
        for each in reversed(started):
            _end(each)


def _start(name: str, what: str, *arguments: str) -> subprocess.Popen[bytes]:
    ui = ("--webui-port", "0", "--host", "127.0.0.1")
    return _process(name, str(HOME / "bin" / "spark-class"), what, *ui, *arguments)


def _connect_server(master: str, port: int) -> subprocess.Popen[bytes]:
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": port,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.executor.memory": "700m",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": 4,
    }
    named = [text for name, value in settings.items() for text in ("--conf", f"{name}={value}")]
    server = ("--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal")
    return _process("connect", str(HOME / "bin" / "spark-submit"), "--master", master, *named, *server)


def _process(name: str, *command: str) -> subprocess.Popen[bytes]:
    """In a process group of its own: a worker ends with the executors that it has started."""
    environment = {**os.environ, "SPARK_HOME": str(HOME), "SPARK_LOCAL_IP": "127.0.0.1"}
    environment["SPARK_WORKER_DIR"] = str(LOGS / name)
    with (LOGS / f"{name}.log").open("wb") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
            process.wait(10)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    since = time.monotonic()
    while time.monotonic() - since < PATIENCE:
        with socket.socket() as tried:
            if not tried.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.5)
    raise SystemExit(f"Spark did not start within {PATIENCE:.0f} s; its logs are in {LOGS}")


if __name__ == "__main__":
    sys.exit(main())
