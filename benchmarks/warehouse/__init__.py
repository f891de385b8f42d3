"""How long a warehouse takes on either engine: `python -m benchmarks.warehouse`."""
