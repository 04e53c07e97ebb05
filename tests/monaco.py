"""Monaco as a territory of one commune: its real extract and outline, sites and inhabitants invented."""

import json
from pathlib import Path

import territories
from picup_planner.roads.extract import xml
from picup_planner.roads.osm_file import read

EXTRACT = Path(__file__).parents[2] / "shared" / "data" / "real" / "monaco.osm.pbf"
BOX = (7.40, 43.72, 7.45, 43.76)

FILES = {
    "communes.csv": "id,insee,name,population\nmonaco,99138,Monaco,38000\n",
    "communes.geojson": """\
{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"insee": "99138"}, "geometry": {"type": "Polygon", "coordinates":
[[[7.4185, 43.7248], [7.4275, 43.7270], [7.4420, 43.7460], [7.4384, 43.7494], [7.4387, 43.7512], [7.4369, 43.7519],
[7.4360, 43.7500], [7.4306, 43.7490], [7.4281, 43.7439], [7.4245, 43.7409], [7.4222, 43.7414], [7.4127, 43.7347],
[7.4129, 43.7317], [7.4105, 43.7311], [7.4090, 43.7296], [7.4185, 43.7248]]]}}
]}
""",
    "sites.csv": """\
# rien de ceci n'est un arrêt
id,name,commune,kind,latitude,longitude,precision,certainty,on,missing,use,source,note
mon-01,Place d'Armes,monaco,market,43.73143,7.41895,20,verified,yes,,allowed,OSM,
mon-02,Larvotto,monaco,street,43.74650,7.43500,50,probable,yes,,allowed,OSM,
mon-03,Jardin exotique,monaco,street,43.73190,7.41330,50,probable,no,À voir,allowed,OSM,
""",
    "areas.csv": """\
id,name,commune,priority_neighbourhood,residents,latitude,longitude
condamine,La Condamine,monaco,,3800,43.73350,7.42080
fontvieille,Fontvieille,monaco,Fontvieille,3500,43.72860,7.41530
moneghetti,Les Moneghetti,monaco,,3900,43.73560,7.41560
monte-carlo,Monte-Carlo,monaco,,10000,43.74080,7.42750
rocher,Monaco-Ville,monaco,,1000,43.73070,7.42490
saint-roman,Saint-Roman,monaco,,3400,43.74850,7.43560
large,Le large,monaco,,,43.73700,7.43500
""",
    "fixed.csv": "id,name,site,weekday,start,end,roles,crew\n",
    **dict.fromkeys(("openings.csv", "markets.csv"), "site,weekday,start,end\n"),
    "site_closures.csv": "site,first,last,reason\n",
    "permits.csv": "site,first,last\n",
    "pins.csv": "id,kind,commune,site,date,session,members\n",
}


def halves() -> dict[str, list[list[float]]]:
    """Give the outlines of two communes that Monaco might be, cut across, by name."""
    [feature] = json.loads(FILES["communes.geojson"])["features"]
    [ring] = feature["geometry"]["coordinates"]
    return {"Monaco Sud": [ring[0], ring[1], ring[10], *ring[11:]], "Monaco Nord": [*ring[1:11], ring[1]]}


def write(folder: Path) -> Path:
    """Write the territory into a folder, roads included."""
    territories.write(folder)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    for old, new in (("latitude = 45.70", "latitude = 43.733"), ("longitude = 4.86", "longitude = 7.418")):
        territories.edit(folder, "territory.toml", old, new)
    (folder / "roads.osm").write_bytes(xml(read(EXTRACT, BOX)))
    return folder
