"""`make bench`: every table of figures, one after the other."""

from benchmarks import ingest, links, pricing, queries

if __name__ == "__main__":
    ingest.main()
    queries.main()
    links.main()
    pricing.main()
