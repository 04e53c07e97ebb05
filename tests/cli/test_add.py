"""`picup add`: the best half-days for one more permanence at a site."""

from pathlib import Path

import pytest

from announced import written
from command_line import Run
from picup_planner.cli.reading import read_plan
from picup_planner.plan import Plan

ADD = ("add", "--plan", "mois/plan.json", "--as-of", "2026-11-10")


@pytest.fixture
def announced(territory: Path, here: Path) -> Plan:
    """Write the small territory's month as it was announced, in the folder `mois`."""
    return written(territory, here / "mois")


@pytest.mark.usefixtures("announced")
def test_half_days_are_ranked_and_the_others_counted(picup: Run) -> None:
    """Offers come best first, then reasons count every other half-day of the month."""
    said = picup(*ADD, "GARE D'AMONT")
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert lines[1] == "Une permanence de plus à « Gare d’Amont »"
    assert [line[:15] for line in lines if line[1:2] == "."] == [
        "1. lun. 21 déc.",
        "2. lun. 21 déc.",
        "3. lun. 28 déc.",
        "4. lun. 28 déc.",
    ]
    assert lines[lines.index("58 demi-journées exclues :") :] == [
        "58 demi-journées exclues :",
        "- 49 : lieu fermé ou occupé à ces heures",
        "- 6 : aucun véhicule libre",
        "- 2 : moins de 5 jours avec une autre permanence de la commune",
        "- 1 : lieu déjà servi autant que permis, ou commune déjà servie ce jour-là",
        "",
        "Pour en retenir une, ajoutez --choose et son numéro.",
    ]


@pytest.mark.usefixtures("announced")
def test_an_offer_chosen_is_written(picup: Run, here: Path) -> None:
    """The permanence offered under that number joins the plan."""
    offered = picup(*ADD, "gare").out
    assert picup(*ADD, "gare", "--choose", "2", "--territory", "essai", "--out", "autre").code == 0
    plan = read_plan(here / "autre" / "plan.json")
    (new,) = {one for one in plan.permanences if one.id == "amont-202612-3"}
    assert f"2. lun. {new.date.day} déc." in offered
    assert not (here / "mois" / "plan-1.json").exists()


@pytest.mark.usefixtures("announced")
def test_an_unknown_site_is_refused(picup: Run) -> None:
    """The nearest site is suggested."""
    said = picup(*ADD, "garre")
    assert (said.code, said.out) == (1, "")
    assert "Vouliez-vous dire « gare » ?" in said.err
