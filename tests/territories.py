"""A small correct territory folder, to read and to break."""

from pathlib import Path

import pytest

from picup_planner.errors import DataError, Mistake
from picup_planner.territory import read

TOML = """
id = "essai"
name = "Pays d’Essai"

[service]
name = "Service d’essai"
phone = ""

[[depots]]
id = "depot"
name = "Dépôt"
latitude = 45.70
longitude = 4.86

[[vans]]
id = "van-1"
name = "Fourgon"
depot = "Dépôt"
off = [{ first = 2026-12-11, last = 2026-12-12 }]

[[sessions]]
id = "matin"
name = "Matin"
start = "09:00"
end = "12:00"

[[sessions]]
id = "apres-midi"
name = "Après-midi"
start = "13h30"
end = "16:30"

[[roles]]
id = "as"
name = "Assistante sociale"

[[roles]]
id = "casp"
name = "Conseillère"

[settings]
set_up_minutes = 25
closed_weekdays = ["sat", "dim"]
school_zone = "A"
public_holidays = true

[[objectives]]
name = "travel"
tolerance = 0.02

[[objectives]]
name = "balance"
"""

FILES = {
    "territory.toml": TOML,
    "communes.csv": """\
# deux communes
id,insee,name,population,population_year,minimum,maximum,target,source
amont,69901,Amont-sur-Rhône,12000,2021,2,4,4,recensement

aval,69902,Aval,,,1,3,2,
""",
    "communes.geojson": """\
{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"insee": "69901"}, "geometry": {"type": "Polygon", "coordinates":
[[[4.83, 45.705], [4.89, 45.705], [4.89, 45.745], [4.83, 45.745], [4.83, 45.705]]]}},
{"type": "Feature", "properties": {"insee": "69902"}, "geometry": {"type": "Polygon", "coordinates":
[[[4.83, 45.665], [4.89, 45.665], [4.89, 45.705], [4.83, 45.705], [4.83, 45.665]]]}}
]}
""",
    "sites.csv": """\
id,name,commune,kind,latitude,longitude,precision,certainty,on,missing,use
place,Place d’Amont,amont,square,45.72,4.85,,verified,yes,,allowed
gare,Gare d’Amont,amont,station,45.73,4.87,60,probable,oui,,preferred
centre,Centre social,aval,social-centre,45.69,4.87,,,,,
halle,Halle d’Aval,aval,market,,,,missing,no,Position à relever,
""",
    "openings.csv": "site,weekday,start,end,source\ngare,lundi,8h30,18:00,\n",
    "markets.csv": "site,weekday,start,end,certainty\nplace,wed,07:00,13:00,probable\nplace,dim,7h,13h,\n",
    "site_closures.csv": "site,first,last,reason\nPlace d'Amont,2026-12-14,2026-12-18,Travaux\n",
    "permits.csv": "site,first,last\ngare,2026-12-01,2026-12-31\n",
    "areas.csv": "id,name,commune,residents,latitude,longitude\nest,Est,amont,1200,45.73,4.88\n",
    "partners.csv": "id,name,minimum,maximum\nville,Ville,2,20\nasso,Association,,\n",
    "staff.csv": """\
id,name,roles,partner,share,hours,driver,note
as-1,Ada,as,ville,80,"35,5",yes,"le mardi, au siège"
casp-1,Chloé,casp,asso,,30,no,
casp-2,Driss,casp|as,Association,100,30,oui,
""",
    "habits.csv": "member,weekday,session,level\nas-1,mer,Après-midi,si besoin\nas-1,fri,,no\n",
    "absences.csv": "member,first,last,session\nAda,2026-12-21,2026-12-31,\n",
    "answers.csv": "member,date,session,level\ncasp-1,2026-12-09,matin,oui\n",
    "fixed.csv": """\
id,name,site,weekday,start,end,roles,crew
mardi,Mardi au centre,centre,tue,14:00,17:00,as|casp,as-1|casp-1
""",
    "pairings.csv": "member_a,member_b,kind\nas-1,casp-2,must-not\n",
    "pins.csv": "id,kind,commune,site,date,session,members\nfete,held,,place,2026-12-08,matin,as-1|casp-1\n",
    "closures.csv": "first,last,name\n2026-12-24,2026-12-24,Inventaire\n",
    "school_holidays.csv": "zone,name,first,last\nA,Noël,2026-12-20,2027-01-03\n",
    "roads.osm": "<osm/>\n",
}


def write(folder: Path) -> Path:
    """Write the territory into a folder."""
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the first text of a file that is `old`."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file}"
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


def mistakes(folder: Path) -> tuple[Mistake, ...]:
    """Everything wrong with a folder that must be refused."""
    with pytest.raises(DataError) as refused:
        read(folder)
    return refused.value.mistakes
