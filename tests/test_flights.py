"""Questions under way: one query for all who ask, none for nobody, and none for ever."""

import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from data.engines import EngineError, Running, at
from data.engines.embedded import Embedded
from data.engines.flights import Flights
from data.warehouse.append import append
from data.warehouse.location import Location
from data.warehouse.questions import Question, Reading
from data.warehouse.source import Settings, opened
from tests.build import days, export

ENDLESS = "SELECT sum(a.range * b.range) AS s FROM range(10000000) AS a, range(10000000) AS b"
ANSWER = pa.table({"many": [1]})


@pytest.fixture
def engine(tmp_path: Path) -> Embedded:
    append(Location(str(tmp_path), create=True), [export(*days(1, 2))])
    return Embedded([str(path) for path in tmp_path.glob("results/*/*.parquet")])


def test_a_question_that_takes_too_long_ends_with_a_sentence(engine: Embedded):
    with pytest.raises(EngineError, match="not answered within 0 seconds: ask for less"):
        engine.run(ENDLESS, {}, Running(seconds=0.3))


def test_a_question_that_nobody_waits_for_is_stopped(engine: Embedded):
    flights: Flights[str] = Flights(lambda _keys, running: {"": engine.run(ENDLESS, {}, running)}, 60)
    first, second = flights.join([["endless"]]), flights.join([["endless"]])
    assert first == second
    flights.leave(first)
    time.sleep(0.3)
    assert not second[0].answer.done()
    flights.leave(second)
    with pytest.raises(EngineError, match="Nobody waited"):
        second[0].answer.result(timeout=10)


def test_those_who_ask_at_once_share_one_query_and_later_ones_its_answer():
    asked: list[tuple[str, ...]] = []
    go = threading.Event()

    def fetch(keys: Sequence[str], _running: Running) -> Mapping[str, pa.Table]:
        asked.append(tuple(keys))
        go.wait(5)
        return dict.fromkeys(keys, ANSWER)

    flights: Flights[str] = Flights(fetch, 60)
    waiting = flights.join([["a", "b"], ["c"]])
    assert flights.join([["b"]]) == waiting[:1]
    go.set()
    assert [flights.ask(key) for key in "abc"] == [ANSWER] * 3
    assert sorted(asked) == [("a", "b"), ("c",)]


def test_an_error_is_told_to_those_who_wait_and_not_kept():
    def fail(_keys: Sequence[str], _running: Running) -> Mapping[str, pa.Table]:
        raise EngineError("It rains.")

    flights: Flights[str] = Flights(fail, 60)
    for _ in range(2):
        with pytest.raises(EngineError, match="It rains"):
            flights.ask("a")


def test_a_wall_of_rows_is_refused_with_what_to_ask_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    append(Location(str(tmp_path), create=True), [export(*days(1, 9))])
    monkeypatch.setattr("data.warehouse.source.MOST_ROWS", 8)
    reading = Reading("completions", 0, 2**40, (), ("input_tokens",))
    with pytest.raises(EngineError, match="choose a shorter period"):
        opened(Settings(str(tmp_path))).ask(reading)


def test_only_names_of_the_usage_get_into_sql():
    with pytest.raises(AssertionError):
        Question([Reading("completions", 0, 1, ("1; DROP TABLE x",), ())], "usage", {}, {}, 1)


def test_texts_are_bound_and_never_written():
    filters = (("model", ("it's", None)),)
    question = Question([Reading("it's kind", 0, 9, (), ("images",), filters)], "usage", {"images": 1}, {}, 5)
    assert question.sql == (
        "SELECT since, layer, place, until, count(*) AS many , cast(sum(a0) AS bigint) AS s0 FROM ("
        "SELECT start_time AS since, layer, bucket AS place, end_time AS until , images AS a0 FROM usage WHERE "
        "(object = :v0 AND start_time >= 0 AND start_time < 9 AND (model IN (:v1) OR model IS NULL))"
        ") AS asked GROUP BY since, layer, place, until LIMIT 6"
    )
    assert question.values == {"v0": "it's kind", "v1": "it's"}


def test_an_engine_that_is_unknown_or_not_installed_is_told():
    with pytest.raises(EngineError, match="names no engine"):
        at("mysql://host", [])
    with pytest.raises(EngineError, match="names no engine"):
        at("host:15002", [])
