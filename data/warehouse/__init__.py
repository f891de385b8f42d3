"""Usage that stays where it lies: Parquet by day, to which exports are added, and which an engine sums up.

`append` writes, `opened` reads what is small and leaves the results to an engine (data/engines). Knows no page.
"""
