"""What the month's workbook holds: its sheets, their columns, and the words a cell may hold.

Nothing here is in any language. A sheet is called by the message ``workbook-sheet-<name>``, a column by
``workbook-head-<head>``, a word by ``workbook-choice-<value>``; whoever writes or reads a workbook brings the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from picup_planner.problem import PinKind, SiteKind, Use

SETTINGS = (
    "min_gap",
    "max_gap",
    "site_maximum",
    "daily_maximum",
    "weekly_maximum",
    "notice",
    "set_up_minutes",
    "tear_down_minutes",
    "market_cleaning_minutes",
    "walking_distance",
    "public_holidays",
    "school_holidays_open",
)
"""Numbers of the rules that the sheet of the month shows, one a line."""

LABELS = ("month", "territory", "partner")
"""What stands above them."""

YES_NO = ("yes", "no")
LEVELS = ("yes", "if-needed", "no")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Column:
    """One column of a sheet, or several when it holds `many` values.

    Parameters
    ----------
    name
        Of the column in the tables of a territory.
    head
        What it is called, when not by its name.
    choices
        Values its cells may hold, as the tables read them.
    among
        Kind of the nouns its cells name.
    many
        How many columns it spreads over, one value in each.
    extra
        Whether no table holds it: the workbook alone does.
    """

    name: str
    head: str = ""
    choices: tuple[str, ...] = ()
    among: str = ""
    many: int = 1
    width: int = 12
    extra: bool = False

    @property
    def heads(self) -> tuple[str, ...]:
        """Ends of the message ids of its headings."""
        head = self.head or self.name
        return (head,) if self.many == 1 else tuple(f"{head}-{rank + 1}" for rank in range(self.many))


@dataclass(frozen=True)
class Sheet:
    """One sheet: a table, one noun a row.

    Parameters
    ----------
    kind
        Kind of the nouns; of most of them when a row may make several kinds.
    keeps
        Whether what the folder says of a noun and the sheet has no column for is kept, found by its id.
    """

    name: str
    kind: str
    columns: tuple[Column, ...]
    keeps: bool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of the nouns its rows may make."""
        return ("closures", "site_closures", "off") if self.name == "closures" else (self.kind,)

    def kind_of(self, cells: Mapping[str, str]) -> str:
        """Kind of the noun that a row makes: a closure is that of a site, of a van, or of the whole service."""
        if self.name == "closures":
            return "off" if "van" in cells else "site_closures" if "site" in cells else "closures"
        return self.kind


_PERSON = Column("member", "person", among="staff", width=18)
_SITE = Column("site", among="sites", width=32)
_SESSION = Column("session", among="sessions", width=14)
_DATES = (Column("first", width=13), Column("last", width=13))

COMMUNES = Sheet(
    "communes",
    "communes",
    (
        Column("id", width=14),
        Column("name", "commune", width=22),
        Column("insee", width=12),
        Column("population", width=12),
        *(Column(name, width=12) for name in ("minimum", "target", "maximum")),
    ),
    keeps=True,
)
SITES = Sheet(
    "sites",
    "sites",
    (
        Column("id", width=13),
        Column("name", "site", width=32),
        Column("commune", among="communes", width=15),
        Column("kind", choices=tuple(kind.value for kind in SiteKind), width=15),
        Column("on", choices=YES_NO, width=12),
        Column("missing", width=36),
        Column("use", choices=tuple(use.value for use in Use), width=13),
        Column("neighbourhood", width=24),
        Column("landmark", width=34),
        Column("latitude", width=11),
        Column("longitude", width=11),
    ),
    keeps=True,
)
STAFF = Sheet(
    "staff",
    "staff",
    (
        Column("id", width=12),
        Column("name", "person", width=22),
        Column("roles", among="roles", width=14),
        Column("partner", among="partners", width=34),
        Column("share", width=12),
        Column("hours", width=12),
        Column("driver", choices=YES_NO, width=11),
        Column("verified", choices=YES_NO, width=16, extra=True),
    ),
    keeps=True,
)
ANSWERS = Sheet("answers", "answers", (Column("date"), _SESSION))
"""The first columns of the grid; then comes one column a person."""

ABSENCES = Sheet("absences", "absences", (_PERSON, *_DATES, _SESSION))
WEEKLY = Sheet(
    "weekly",
    "weekly",
    (
        Column("id", width=18),
        Column("name", "permanence", width=38),
        _SITE,
        Column("weekday", choices=WEEKDAYS, width=12),
        Column("start", width=10),
        Column("end", width=10),
        Column("roles", among="roles", width=14),
        Column("crew", "person", among="staff", many=2, width=16),
    ),
)
CLOSURES = Sheet(
    "closures",
    "closures",
    (_SITE, Column("van", among="vans", width=22), *_DATES, Column("reason", width=36)),
)
PERMITS = Sheet("permits", "permits", (_SITE, *_DATES))
PINS = Sheet(
    "pins",
    "pins",
    (
        Column("id", "pin", width=24),
        Column("kind", "decision", choices=tuple(kind.value for kind in PinKind), width=12),
        Column("commune", among="communes", width=16),
        _SITE,
        Column("date", width=13),
        _SESSION,
        Column("members", "person", among="staff", many=2, width=16),
    ),
)
OBJECTIVES = Sheet(
    "objectives",
    "objectives",
    (
        Column("rank", width=8, extra=True),
        Column("name", "objective", width=62),
        Column("weight", width=10),
        Column("tolerance", width=14),
    ),
)

TABLES_IN = (COMMUNES, SITES, STAFF, ABSENCES, WEEKLY, CLOSURES, PERMITS, PINS, OBJECTIVES)
"""The sheets that are one table each."""

ORDER = (
    "month",
    "communes",
    "sites",
    "staff",
    "answers",
    "absences",
    "weekly",
    "closures",
    "permits",
    "pins",
    "objectives",
)
"""Every sheet, from first to last."""

OF_A_PARTNER = ("month", "staff", "answers", "absences")
"""Sheets of the workbook that is sent to one partner."""
