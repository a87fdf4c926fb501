"""Which column of a stranger's table says what: guessed from the names and from what is in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.base.config_files.toml_files import can_be_written
from monitor.base.records import FIELDS, Column, Layout
from monitor.intake.profiles import means_no_end, parse_partial_date
from monitor.intake.sources.columns import plain
from monitor.intake.sources.dates import partial_date

Rows = Sequence[Sequence[str]]

_DATES = ("start", "end", "updated_on")
_KINDS = frozenset(
    {"employment", "advisory", "board", "education", "contract", "volunteer", "other"}
)
_TRUTH = frozenset({"true", "false", "yes", "no", "1", "0"})
_REGISTERS = ("ror:", "wikidata:", "lei:")
_USUALLY = 0.9
"""An id that is missing in more of the rows than the rest of this share is none."""

# As they are written in exports of People Data Labs, Coresignal, Crustdata, Proxycurl, Apollo,
# LinkedIn, Phantombuster and systems of HR, without case and punctuation; the surest come first.
WORDS: Mapping[str, str] = {
    "id": """
        personid profileid memberid employeeid candidateid crustdatapersonid pdlid workerid
        employeenumber employeeno contactid apollocontactid personnelnumber personalnummer matricule
        orcid id uuid publicidentifier publicid linkedinusername vanityname linkedinid
        linkedinurl linkedinprofileurl personlinkedinurl linkedinprofile professionalnetworkurl
        flagshipprofileurl profileurl url profile linkedin
    """,
    "name": """
        fullname name displayname employeename personname candidatename contactname workername
        preferredname employee worker candidate person mitarbeiter nomcomplet
    """,
    "first": "firstname givenname givennames forename preferredfirstname vorname prenom prénom",
    "last": "lastname familyname familynames surname last nachname nomdefamille",
    "url": """
        linkedinurl linkedinprofileurl personlinkedinurl linkedinprofile professionalnetworkurl
        flagshipprofileurl profileurl url profilelink profile
    """,
    "organization": """
        organization organisation organizationname organisationname currentcompanyname
        currentcompany currentemployer activeexperiencecompanyname jobcompanyname companyname
        company employername employer experiencecompanyname accountname account firma unternehmen
        arbeitgeber entreprise société societe employeur empresa azienda
    """,
    "organization_id": "organizationid organisationid ror rorid lei wikidata",
    "team": """
        team teamname department departmentname jobdepartment businessunit division function orgunit
        abteilung département departement service
    """,
    "title": """
        jobtitle positiontitle title currenttitle currentjobtitle currentposition
        activeexperiencetitle position role jobrole rolename employeetitle occupation stelle
        funktion poste intitulé
    """,
    "location": """
        location joblocationname worklocation locationname office site locationcity city
        joblocation standort lieu geolocation locationcountry country
    """,
    "kind": "kind",
    "start": """
        start startdate startedon startson startsat datefrom from jobstartdate positionstartdate
        experiencestartdate hiredate hiredon originalhiredate dateofhire joindate joinedon since
        eintritt eintrittsdatum datedebut dateentrée
    """,
    "end": """
        end enddate finishedon endedon endson endsat dateto to until jobenddate positionenddate
        experienceenddate terminationdate leavedate lefton lastday austritt austrittsdatum datefin
        datesortie
    """,
    "current": "current iscurrent currentlyemployed activeexperience",
    "primary": "primary isprimary",
    "position_id": "positionid experienceid",
    "updated_on": """
        updatedon updatedat lastupdated lastupdatedat joblastverified checkedat lastchanged
        profileupdatedat
    """,
    "same_as": "sameas",
}
FORMS = (
    *("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S%z"),
    *("%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y/%m/%d"),
    *("%Y%m%d", "%Y%m", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%b %d, %Y", "%B %d, %Y"),
    *("%d. %B %Y", "%d %B, %Y", "%d de %B de %Y", "%a, %d %b %Y", "%b-%Y", "%d-%b-%y"),
    *("%b %Y", "%B %Y", "%m/%Y", "%m.%Y", "%m-%Y"),
    *("%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S"),
)
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_EITHER_WAY = tuple(
    (f"%d{sign}%m{sign}%Y{time}", f"%m{sign}%d{sign}%Y{time}") for sign in "/-" for time in _TIMES
)
_MONTH_IN_DIGITS = "%Y%m"
"""It is taken only if it fits all of six digits: beside 210531 they are no months."""
_DIGITS_OF_A_MONTH = 6
_LAST_YEAR = 2100
"""No date of an export is later, but an end that means none."""
_POSITIONS_OF_LINKEDIN = frozenset({"companyname", "title", "startedon", "finishedon"})


class Uncertainty(StrEnum):
    """What a guess rests on that somebody should look at."""

    NAMES = "there are no ids: people are told apart by their names, so namesakes are one person"
    ONE_PERSON = "no column says who: all rows are taken to be of one person, the owner"
    EITHER_WAY = "dates such as {} may have the day or the month first, so they are left unknown"
    NO_DATES = "it has no dates: a move is dated by the two exports that show it"


@dataclass(frozen=True, slots=True)
class Guess:
    """How a table is taken to be written."""

    layout: Layout
    uncertainties: tuple[str, ...]


def understood(names: Sequence[str], rows: Rows, given: Layout) -> Guess:
    """Guess what each column says; what is `given` stands.

    >>> understood(["Person Id", "Employer"], [["p1", "Acme"]], Layout()).layout.columns
    {'id': 'Person Id', 'organization': 'Employer'}
    """
    columns = dict(given.columns)
    constants = dict(given.constants)
    doubts: list[str] = []
    for field in FIELDS:
        if field not in columns and field not in constants:
            column = _column(field, names, rows)
            if column is not None or field in names:
                columns[field] = False if column is None else column
    if not columns.get("id") and "id" not in constants:
        who, doubt = _who(names, columns)
        columns |= {"id": who} if who else {}
        constants |= {} if who or doubt is None else {"id": "owner"}
        doubts += [doubt] if doubt else []
    layout = replace(given, columns=columns, constants=constants)
    values = [value for field in _DATES for value in _values(columns.get(field), names, rows)]
    if not columns.get("start") and not columns.get("end"):
        doubts.append(Uncertainty.NO_DATES)
    if not given.dates:
        forms, unclear = _forms(values)
        layout = replace(layout, dates=forms)
        doubts += [Uncertainty.EITHER_WAY.format(unclear)] if unclear else []
    kept = {field: one for field, one in layout.columns.items() if one != field}
    return Guess(replace(layout, columns=kept), tuple(doubts))


def recognized(names: Sequence[str]) -> int:
    """Count the columns whose names are known, which tells the header from other lines."""
    return sum(plain(name) in _KNOWN for name in dict.fromkeys(names))


_KNOWN = frozenset(word for words in WORDS.values() for word in words.split())


def _column(field: str, names: Sequence[str], rows: Rows) -> Column | None:
    fits = _TESTS.get(field, bool)
    for name in _named(field, names):
        values = _values(name, names, rows)
        if all(fits(value) for value in values) and (field != "id" or _usual(name, names, rows)):
            return name
    if field == "name":
        first, last = _named("first", names), _named("last", names)
        if first and last:
            return [first[0], last[0]]
    return None


def _named(field: str, names: Sequence[str]) -> list[str]:
    """Name the columns that may hold a field, the surest first; our own name is the surest."""
    by_word = {plain(name): name for name in reversed(names) if can_be_written(name)}
    own = [field] if field in names and field not in {"id", "url"} else []
    return [*own, *(by_word[word] for word in WORDS[field].split() if word in by_word)]


def _values(column: Column | None, names: Sequence[str], rows: Rows) -> list[str]:
    if not isinstance(column, str) or column not in names:
        return []
    place = names.index(column)
    cells = (row[place].strip() for row in rows if place < len(row))
    return list(dict.fromkeys(cell for cell in cells if cell))


def _usual(name: str, names: Sequence[str], rows: Rows) -> bool:
    """Whether nearly every row that says anything much has a value there."""
    place = names.index(name)
    telling = [row for row in rows if sum(map(bool, row)) > 1 and place < len(row)]
    there = sum(bool(row[place].strip()) for row in telling)
    return not telling or there >= _USUALLY * len(telling)


def _is_date(value: str) -> bool:
    forms = (*FORMS, *(form for pair in _EITHER_WAY for form in pair))
    return parse_partial_date(partial_date(value, forms)) is not None


_TESTS: Mapping[str, Callable[[str], bool]] = {
    "kind": lambda value: value.casefold() in _KINDS,
    "current": lambda value: value.casefold() in _TRUTH,
    "primary": lambda value: value.casefold() in _TRUTH,
    "organization_id": lambda value: value.startswith(_REGISTERS),
    "updated_on": _is_date,
}


def _who(
    names: Sequence[str], columns: Mapping[str, Column]
) -> tuple[Column | None, Uncertainty | None]:
    """Say what tells people apart where there are no ids."""
    name = columns.get("name")
    if name:
        joined = [name] if isinstance(name, str) else [*_listed(name)]
        since = [one for one in names if plain(one) == "connectedon"]
        return [*joined, *since], Uncertainty.NAMES
    if {plain(one) for one in names} >= _POSITIONS_OF_LINKEDIN:
        return None, Uncertainty.ONE_PERSON
    return None, None


def _listed(column: Column) -> Sequence[str]:
    return () if isinstance(column, bool) else column


def _fits(value: str, form: str) -> bool:
    written = partial_date(value, (form,))
    days = parse_partial_date(written)
    return (days is not None and days[1].year <= _LAST_YEAR) or (
        written != value and means_no_end(written)
    )


def _forms(values: Sequence[str]) -> tuple[tuple[str, ...], str | None]:
    """Find the forms that the dates are written in, and one whose day and month are not clear."""
    said = (value for value in values if not means_no_end(value))
    left = [value for value in said if parse_partial_date(value) is None]
    forms: list[str] = []
    for form in FORMS:
        fitting = {value for value in left if _fits(value, form)}
        alike = {value for value in left if value.isdecimal() and len(value) == _DIGITS_OF_A_MONTH}
        if fitting and (form != _MONTH_IN_DIGITS or fitting == alike):
            forms.append(form)
            left = [value for value in left if value not in fitting]
    for day_first, month_first in _EITHER_WAY:
        fits = {
            form: {value for value in left if _fits(value, form)}
            for form in (day_first, month_first)
        }
        if not any(fits.values()):
            continue
        if len(fits[day_first]) == len(fits[month_first]):
            return tuple(forms), min(fits[day_first])
        forms.append(max(fits, key=lambda form: len(fits[form])))
    return tuple(forms), None
