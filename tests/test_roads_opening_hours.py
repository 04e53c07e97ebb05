import pytest

from picup_planner.roads.opening_hours import market_days


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Tu,Fr 08:00-12:00", "2 08:00-12:00|5 08:00-12:00"),
        ("Mo-We 07:30-13:00", "1 07:30-13:00|2 07:30-13:00|3 07:30-13:00"),
        ("Sa-Mo 08:00-12:00", "1 08:00-12:00|6 08:00-12:00|7 08:00-12:00"),
        ("Mo,We-Th 08:00-12:00", "1 08:00-12:00|3 08:00-12:00|4 08:00-12:00"),
        ("Th 07:00-12:00,15:00-19:00", "4 07:00-12:00|4 15:00-19:00"),
        ("Th 07:00-12:00; Su 08:00-13:00;", "4 07:00-12:00|7 08:00-13:00"),
        ("Mo-Sa 08:00-12:00; Sa 07:00-13:30", "*"),
    ],
)
def test_simple_hours_are_read(text: str, told: str) -> None:
    """Days in lists and ranges, hours in lists; a later rule replaces an earlier one on its days."""
    days = market_days(text)
    assert days is not None
    if told == "*":
        told = "|".join([*(f"{day} 08:00-12:00" for day in range(1, 6)), "6 07:00-13:30"])
    assert "|".join(f"{day.weekday} {day.start:%H:%M}-{day.end:%H:%M}" for day in days) == told


@pytest.mark.parametrize(
    "text",
    [
        *("24/7", "08:00-12:00", "Tu 08:00+", "Tu 8:00-12:00", "Tu[1] 08:00-12:00", "Tu 22:00-02:00", "Tu 08:00-24:00"),
        *("Apr-Oct: Tu 08:00-12:00", "Tu 08:00-12:00; PH off", 'Tu "le matin"', "sunrise-sunset", "", "Tu 12:00-12:00"),
        *("Tu 08:00-12:00,11:00-13:00", "mardi matin", "Tu 08:00-12:00 || We 08:00-12:00"),
    ],
)
def test_anything_else_is_left_to_a_person(text: str) -> None:
    """Seasons, holidays, words, hours past midnight or that overlap are not read at all rather than read wrongly."""
    assert market_days(text) is None
