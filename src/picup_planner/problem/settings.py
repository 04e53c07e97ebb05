"""Every number of the rules, and the order of the objectives."""

from datetime import time, timedelta
from typing import Annotated

from pydantic import Field, NonNegativeInt, PositiveInt

from picup_planner.problem.base import Known, Weekday


class ObjectiveChoice(Known):
    """One objective of the territory's order; later objectives may worsen it by `tolerance` (0.02 is 2 %).

    Those with a `weight` are minimised together, as one weighted sum, at the rank of the first of them.
    """

    name: str
    tolerance: Annotated[float, Field(ge=0, le=1)] = 0
    weight: NonNegativeInt = 0


class Settings(Known):
    """Every number of the rules.

    `max_daily_length` and its kin are the legal limits of the Code du travail: L3121-18 (10 h a day), L3131-1 (11 h
    between days), L3121-16 (20 min after 6 h). A social centre hosts the van only when `van_at_social_centres`.
    """

    set_up: timedelta = timedelta(minutes=20)
    tear_down: timedelta = timedelta(minutes=20)
    lunch: timedelta = timedelta(minutes=30)
    midday_start: time = time(12)
    midday_end: time = time(14)
    min_gap: PositiveInt = 5
    max_gap: PositiveInt = 14
    site_maximum: NonNegativeInt = 2
    daily_maximum: NonNegativeInt = 2
    weekly_maximum: NonNegativeInt = 4
    max_daily_length: timedelta = timedelta(hours=10)
    min_rest: timedelta = timedelta(hours=11)
    break_after: timedelta = timedelta(hours=6)
    break_length: timedelta = timedelta(minutes=20)
    market_cleaning: timedelta = timedelta(minutes=60)
    notice: NonNegativeInt = 15
    walking_distance: PositiveInt = 600
    road_distance: PositiveInt = 500
    faces: NonNegativeInt = 2
    trust_half_life: PositiveInt = 6
    fixed_build_trust: bool = True
    van_at_social_centres: bool = False
    closed_weekdays: tuple[Weekday, ...] = (6, 7)
    public_holidays: bool = True
    school_holidays_open: bool = True
    school_zone: Annotated[str, Field(pattern=r"^[A-C]$")] = "A"
    hour_factors: Annotated[tuple[Annotated[float, Field(gt=0)], ...], Field(min_length=24, max_length=24)] = (
        1.0,
    ) * 24
    objectives: tuple[ObjectiveChoice, ...] = ()


class Retention(Known):
    """Months after which what names people is thrown away by `picup purge`, counted from the month it is about.

    No text fixes them; 24 months of plans is as far back as planning looks.
    """

    plans: PositiveInt = 24
    staff_pages: PositiveInt = 3
    letters: PositiveInt = 12
    workbooks: PositiveInt = 12
