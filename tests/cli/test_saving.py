"""A month written beside documents that are open elsewhere."""

from pathlib import Path

import pytest

from command_line import contents
from picup_planner.cli import saving
from picup_planner.cli.usage import WrongUsage
from picup_planner.errors import DataError
from picup_planner.messages import Words
from picup_planner.plan import Plan
from picup_planner.writing import write
from problems import hand_plan, tiny_problem

CREW = {"as": "as-1", "casp": "casp-1"}


def test_a_document_open_elsewhere_gets_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Excel holds the workbook: the plan is not lost, the old workbook stays, and it is told where the new one is."""
    problem = tiny_problem()
    plan = hand_plan(problem, [])
    (tmp_path / "planning.xlsx").write_bytes(b"old")

    def as_on_windows(path: Path, content: str | bytes) -> None:
        if path.name == "planning.xlsx":
            raise PermissionError(13, "held", str(path))
        write(path, content)

    monkeypatch.setattr(saving, "write", as_on_windows)
    saving.write_month(problem, plan, {"planning.xlsx": b"new", "map.html": "page"}, tmp_path, Words("en"))
    assert (tmp_path / "planning.xlsx").read_bytes() == b"old"
    assert (tmp_path / "planning-2.xlsx").read_bytes() == b"new"
    assert Plan.model_validate_json((tmp_path / "plan.json").read_text("utf-8")) == plan
    assert capsys.readouterr().err == (
        "“planning.xlsx” is open in another program: the new one is in “planning-2.xlsx”. "
        "Close the old one before you start again.\n"
    )


def test_a_folder_that_refuses_everything_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No other name helps where nothing can be written: the refusal goes on, and no plan stands without its problem."""

    def refused(path: Path, _content: str | bytes) -> None:
        raise PermissionError(13, "refused", str(path))

    monkeypatch.setattr(saving, "write", refused)
    problem = tiny_problem()
    with pytest.raises(PermissionError):
        saving.write_month(problem, hand_plan(problem, []), {"map.html": "page"}, tmp_path, Words("en"))
    assert contents(tmp_path) == {}


@pytest.mark.parametrize(
    ("there", "message"),
    [({"month": "2027-01"}, "other-month-there"), ({"territory": "ailleurs"}, "other-territory-there")],
)
def test_a_month_is_not_written_in_the_folder_of_another(tmp_path: Path, there: dict[str, str], message: str) -> None:
    """January's folder keeps January, another town's its own; a plan that cannot be read is written over, kept."""
    problem = tiny_problem()
    plan = hand_plan(problem, [])
    (tmp_path / "plan.json").write_text(plan.model_copy(update=there).model_dump_json(), "utf-8")
    before = contents(tmp_path)
    with pytest.raises(WrongUsage) as refused:
        saving.write_month(problem, plan, {"map.html": "page"}, tmp_path, Words("en"))
    assert [mistake.message for mistake in refused.value.mistakes] == [message]
    assert contents(tmp_path) == before
    (tmp_path / "plan.json").write_text("{}", "utf-8")
    assert saving.write_month(problem, plan, {}, tmp_path, Words("en")) == "plan-1.json"


def test_what_another_command_has_changed_since_is_not_written_over(tmp_path: Path) -> None:
    """Two changes of one plan at the same time: the second is refused, and what the first wrote stays as it is."""
    problem = tiny_problem()
    before, first, second = (hand_plan(problem, [("amont-1", day, "matin", CREW)]) for day in (7, 8, 9))
    saving.write_month(problem, before, {}, tmp_path, Words("en"))
    as_read = tmp_path / "plan.json", before
    assert saving.write_month(problem, first, {"map.html": "first"}, tmp_path, Words("en"), as_read) == "plan-1.json"
    written = contents(tmp_path)
    with pytest.raises(DataError) as refused:
        saving.write_month(problem, second, {"map.html": "second"}, tmp_path, Words("en"), as_read)
    assert [mistake.message for mistake in refused.value.mistakes] == ["plan-changed-meanwhile"]
    assert contents(tmp_path) == written
