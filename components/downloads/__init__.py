"""Export: the view as files. A report to read, the table and the results behind it to work on."""

from components.downloads.files import changes_csv
from components.downloads.menu import filename, show

__all__ = ["changes_csv", "filename", "show"]
