"""The words of the simulated world: names of people and organisations, and how they are written."""

from collections.abc import Sequence
from itertools import product
from random import Random

_FIRST = (
    *("Ada", "Amara", "Ana", "Anders", "Björn", "Chen", "Chiara", "Daniel", "Elif", "Emeka"),
    *("Fatima", "Grace", "Hana", "Ines", "Ivan", "Jana", "José", "Kenji", "Lars", "Lucía"),
    *("Maja", "Mehmet", "Nadia", "Noor", "Olga", "Omar", "Priya", "Quentin", "Rosa", "Sven"),
    *("Tomasz", "Uma", "Viktor", "Wei", "Yusuf", "Zoë"),
)
_LAST = (
    *("Abe", "Adeyemi", "Berg", "Castro", "Costa", "Dubois", "Eriksen", "Fischer", "García"),
    *("Haddad", "Ito", "Jansen", "Kaya", "Kowalski", "Lee", "Lindqvist", "Mbeki", "Müller"),
    *("Nakamura", "Novák", "Okafor", "Papadakis", "Petrov", "Quispe", "Rossi", "Sato", "Silva"),
    *("Tanaka", "Ueda", "Vargas", "Weber", "Xu", "Yilmaz", "Zhang"),
)
_OPENINGS = (
    *("Alder", "Amber", "Arctic", "Aspen", "Basalt", "Beacon", "Birch", "Boreal", "Canyon"),
    *("Cedar", "Cinder", "Cobalt", "Copper", "Coral", "Crimson", "Delta", "Ember", "Fathom"),
    *("Fjord", "Flint", "Garnet", "Glacier", "Granite", "Harbor", "Hazel", "Heron", "Indigo"),
    *("Iris", "Jasper", "Juniper", "Kestrel", "Lagoon", "Lumen", "Maple", "Marble", "Meridian"),
    *("Mesa", "Nimbus", "Northwind", "Obsidian", "Onyx", "Opal", "Orchid", "Osprey", "Pebble"),
    *("Pelican", "Prairie", "Quartz", "Raven", "Ridge", "Saffron", "Sierra", "Sparrow", "Summit"),
    *("Tamarack", "Tundra", "Umber", "Velvet", "Willow", "Zephyr"),
)
_TRADES = (
    *("Analytics", "Aviation", "Biotech", "Capital", "Compute", "Devices", "Dynamics", "Energy"),
    *("Foods", "Foundry", "Freight", "Games", "Genomics", "Insight", "Instruments", "Interactive"),
    *("Labs", "Learning", "Logic", "Materials", "Media", "Mobility", "Motors", "Networks"),
    *("Optics", "Payments", "Pharma", "Research", "Robotics", "Security", "Semiconductors"),
    *("Software", "Space", "Studios", "Systems", "Therapeutics", "Vision", "Works"),
)
_PLACES = ("", " North", " Pacific", " Atlantic", " Baltic", " Andes", " Sahara", " Danube", " Rio")
_FORMS = ("Inc.", "Ltd", "LLC", "GmbH", "Corporation", "S.A.")
_ACCENTS = str.maketrans({"a": "á", "e": "é", "o": "ö"})

TEAMS = (
    *("Applied Research", "Platform", "Design", "Data", "Infrastructure", "Growth", "Hardware"),
    *("Mobile", "Security Engineering", "Operations", "Finance", "Sales"),
)
TITLES = ("Engineer", "Senior Engineer", "Researcher", "Analyst", "Designer", "Manager", "Lead")
ADVISERS = (("advisory", "Adviser"), (None, "Advisor"), ("board", "Board Member"), (None, "Mentor"))
"""Kind and title of work that is no employment."""
NOBODY = ("Independent", "Self-employed", "Freelance", "Stealth Startup", "Career break")
"""What people write where they have no employer."""


def organization_names(count: int, random: Random) -> list[str]:
    """Return some names, no two of which differ by their spelling alone."""
    names = [
        f"{opening}{place} {trade}"
        for opening, place, trade in product(_OPENINGS, _PLACES, _TRADES)
    ]
    random.shuffle(names)
    rounds = range(1, count // len(names) + 1)
    return (names + [f"{name} {number}" for number in rounds for name in names])[:count]


def person_name(random: Random) -> str:
    """A name that others may have too."""
    return f"{random.choice(_FIRST)} {random.choice(_LAST)}"


def name_spellings(name: str) -> Sequence[str]:
    """Other ways in which one page writes the name of one person.

    >>> name_spellings("Ada Berg")[:3]
    ('A. Berg', 'Ada B. Berg', 'Ada Berg 0001')
    """
    given, family = name.split()
    first = f"{given[0]}."
    return (
        f"{first} {family}",
        f"{given} B. {family}",
        f"{name} 0001",
        f"{first} B. {family}",
        f"Dr. {name}",
    )


def spellings(name: str) -> Sequence[str]:
    """The ways in which one name is written, the usual one first."""
    return (
        name,
        name.upper(),
        name.lower(),
        f"{name}, {_FORMS[len(name) % len(_FORMS)]}",
        f"{name} {_FORMS[(len(name) + 1) % len(_FORMS)]}",
        name.translate(_ACCENTS),
        name.replace(" ", "-"),
        f" {name}  ",
    )
