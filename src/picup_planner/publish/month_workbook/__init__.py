"""The workbook in which a month is prepared, to be filled in and given back to `picup plan`."""

from picup_planner.publish.month_workbook.book import month_workbook
from picup_planner.publish.month_workbook.contents import Filling

__all__ = ["Filling", "month_workbook"]
