"""`make bench`: every table of figures, one after the other."""

from benchmarks import ingest, links, pricing

if __name__ == "__main__":
    ingest.main()
    links.main()
    pricing.main()
