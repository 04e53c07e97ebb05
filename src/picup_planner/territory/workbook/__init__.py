"""The month's workbook: what it holds, how it is checked and read, and how its mistakes are marked."""

from picup_planner.territory.workbook.marking import marked
from picup_planner.territory.workbook.month import MonthBook, read_month
from picup_planner.territory.workbook.rows import Vocabulary, Wording

__all__ = ["MonthBook", "Vocabulary", "Wording", "marked", "read_month"]
