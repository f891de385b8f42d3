"""The same engine from a shell: `python -m data check` and `python -m data totals`."""
