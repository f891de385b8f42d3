"""ClickHouse, by `clickhouse-connect`: the same SQL on a server that has the results in a table of its own."""

import re
import uuid
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

import clickhouse_connect
import pyarrow as pa
from clickhouse_connect.driver.exceptions import ClickHouseError

from data.engines.engine import EngineError, Running, Values

SETTINGS = {
    "cast_keep_nullable": 1,  # null stays null when it is cast
    "group_by_use_nulls": 1,  # and in GROUPING SETS, where it would be an empty text
    "skip_unavailable_shards": 0,  # a lost shard is an error, never half a total
    "session_timezone": "UTC",
}

_VALUE = re.compile(r":(\w+)")


def with_types(sql: str, values: Values) -> str:
    """The SQL with values as ClickHouse writes them: `{name:String}`."""
    return _VALUE.sub(lambda found: f"{{{found[1]}:{'Int64' if isinstance(values[found[1]], int) else 'String'}}}", sql)


class ClickHouse:
    """A server, shared by all visitors."""

    def __init__(self, address: str, table: str) -> None:
        if not re.fullmatch(r"\w+(\.\w+)?", table, re.ASCII):
            raise EngineError("USAGE_TABLE is missing: name the table that holds the results in ClickHouse.")
        self.source = table
        self._address = address
        self._client = _connected(address)

    def within(self, _start: int, _end: int) -> str:
        return self.source

    def run(self, sql: str, values: Values, running: Running | None = None) -> pa.Table:
        running, query = running or Running(), uuid.uuid4().hex
        settings = {**SETTINGS, "max_execution_time": int(running.seconds) + 1, "query_id": query}
        try:
            with running.watched(lambda: self._kill(query)):
                return self._client.query_arrow(
                    with_types(sql, values), parameters=dict(values), settings=settings, use_strings=True
                )
        except ClickHouseError as error:
            raise EngineError("The engine could not answer: it cannot be reached, or a part of it is down.") from error

    def _kill(self, query: str) -> None:
        client = _connected(self._address)
        client.command("KILL QUERY WHERE query_id = {query:String} ASYNC", parameters={"query": query})
        client.close()


def _connected(address: str) -> "clickhouse_connect.driver.Client":
    parts = urlsplit(address)
    try:
        return clickhouse_connect.get_client(
            host=parts.hostname or "localhost",
            port=parts.port or 0,
            username=unquote(parts.username or "default"),
            password=unquote(parts.password or ""),
            database=parts.path.strip("/") or "default",
            secure=parts.scheme == "clickhouses",
            autogenerate_session_id=False,  # else it takes one query at a time
        )
    except ClickHouseError as error:
        raise EngineError("The engine cannot be reached just now.") from error


def opened(address: str, _files: Sequence[str], table: str) -> ClickHouse:
    """Of a table; files it is not made to read."""
    return ClickHouse(address, table)
