"""The DuckDB that takes the sums can do nothing else."""

import duckdb
import pytest

from data.sql import connect


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/hostname')",
        "COPY (SELECT 1) TO '/tmp/never.csv'",
        "ATTACH '/tmp/never.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
    ],
)
def test_what_runs_the_questions_can_reach_no_file_and_no_network(statement):
    with connect() as connection, pytest.raises(duckdb.Error, match=r"(?i)disabled|locked|not allowed|permission"):
        connection.execute(statement)


def test_every_connection_has_the_settings():
    asked = "SELECT current_setting('timezone'), current_setting('perfect_ht_threshold')"
    with connect() as one, connect() as other:
        assert one.execute(asked).fetchone() == other.execute(asked).fetchone() == ("UTC", 16)
