"""`make bench`: every table of figures, one after the other."""

from benchmarks import ingest, interaction, links, pricing, queries

if __name__ == "__main__":
    ingest.main()
    pricing.main()
    queries.main()
    links.main()
    interaction.main()
