"""`talentwatch init --from`: somebody else's export becomes a source that works at once."""

import gzip
import json
import os
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tempo import first_slow
from test_init import talentwatch

from monitor.base.config_files.toml_files import read
from monitor.base.records import Json
from monitor.base.settings import Layout, load_settings
from monitor.identity.organizations import Directory
from monitor.identity.organizations.duplicates import Unit
from monitor.scaffold.directory import directory_text
from monitor.scaffold.guessing.columns import understood
from monitor.wiring import configured_sources

CONNECTIONS = """\
Notes:
"When exporting your connection data, you may notice that ""some"" e-mail addresses are missing,
because not everybody shows them."

First Name,Last Name,URL,Email Address,Company,Position,Connected On
Jo,Fictional,https://www.linkedin.com/in/jofictional,,"Example, Inc.","Director, Data",12 Mar 2021
Ada,Sample,https://www.linkedin.com/in/adasample,,Sample Labs,Engineer,02 Jan 2022
,,,,,,30 Jan 2026
"""
OLD_CONNECTIONS = """\
First Name,Last Name,Email Address,Company,Position,Connected On
Jo,Fictional,,Example,Director,12 Mar 2021
"""
POSITIONS = """\
Company Name,Title,Description,Location,Started On,Finished On
Example Corp,CDO,"one line
and another",Berlin,Apr 2024,
Sample Labs,Analyst,,Berlin,2019,Mar 2024
"""
PEOPLE_DATA_LABS = """\
id,full_name,first_name,last_name,linkedin_url,job_title,job_company_name,job_start_date,\
job_last_verified,location_name,work_email
qEn_0000,jo fictional,jo,fictional,linkedin.com/in/jofictional,analyst,example corp,2024-04,\
2026-10-01,true,false
"""
CORESIGNAL = """\
id,member_id,title,company_name,company_id,location,date_from,date_to,is_current,deleted
1,900001,Data Analyst,Example Corp,3124502,"Berlin, Germany",September 2025,,1,0
2,900001,Engineer,"Sample, LLC",3124504,"Berlin, Germany",Jul 2021,October 2025,0,0
"""
CRUSTDATA = """\
crustdata_person_id,name,linkedin_profile_url,employer_name,employee_title,start_date,end_date
900001,Jo Fictional,https://www.linkedin.com/in/jo,Example Corp,CDO,2024-04-01T00:00:00,
"""
PROXYCURL = """\
public_identifier,full_name,experiences_company,company,title,starts_at,ends_at
jofictional,Jo Fictional,,Example Corp,CDO,2024-04-01,
"""
APOLLO = """\
First Name,Last Name,Title,Company,Company Name for Emails,Email,Person Linkedin Url,Website
Jo,Fictional,CDO,Example Corp,Example,jo@example.com,http://www.linkedin.com/in/jo,http://e.example
"""
PERSONNEL = """\
Employee #;First Name;Last Name;Job Title;Department;Location;Hire Date;Termination Date
17;Jo;Fictional;Analyst;Research;Berlin;28/02/2019;31/10/2025
18;Ada;Sample;Engineer;Research;Berlin;01/03/2020;
"""
APPLICANTS = """\
Candidate ID\tCandidate Name\tCurrent Company\tCurrent Title\tLast Updated
c1\tJo Fictional\tExample Corp\tAnalyst\t2026-10-01
"""
GERMAN = """\
Personalnummer;Vorname;Nachname;Firma;Abteilung;Stelle;Eintrittsdatum;Austrittsdatum
17;Jürgen;Straße;Beispiel GmbH;Forschung;Leiter;01.02.2019;
"""
EXPORTS: dict[str, tuple[str, list[str], dict[str, Json], dict[str, Json]]] = {
    "Connections.csv": (
        CONNECTIONS,
        [],
        {
            "id": "https://linkedin.com/in/jofictional",
            "name": "Jo Fictional",
            "url": "https://www.linkedin.com/in/jofictional",
        },
        {"organization": "Example, Inc.", "title": "Director, Data"},
    ),
    "old/Connections.csv": (
        OLD_CONNECTIONS,
        [],
        {"id": "Jo Fictional 12 Mar 2021", "name": "Jo Fictional"},
        {"organization": "Example", "title": "Director"},
    ),
    "Positions.csv": (
        POSITIONS,
        [],
        {"id": "owner"},
        {"organization": "Example Corp", "title": "CDO", "location": "Berlin", "start": "2024-04"},
    ),
    "people-data-labs.csv": (
        PEOPLE_DATA_LABS,
        [],
        {
            "id": "qEn_0000",
            "name": "jo fictional",
            "url": "linkedin.com/in/jofictional",
            "updated_on": "2026-10-01",
        },
        {
            "organization": "example corp",
            "title": "analyst",
            "location": "true",
            "start": "2024-04",
        },
    ),
    "coresignal.csv": (
        CORESIGNAL,
        [],
        {"id": "900001"},
        {
            "organization": "Example Corp",
            "title": "Data Analyst",
            "location": "Berlin, Germany",
            "start": "2025-09",
            "current": True,
        },
    ),
    "crustdata.csv": (
        CRUSTDATA,
        [],
        {"id": "900001", "name": "Jo Fictional", "url": "https://www.linkedin.com/in/jo"},
        {"organization": "Example Corp", "title": "CDO", "start": "2024-04-01"},
    ),
    "proxycurl.csv": (
        PROXYCURL,
        [],
        {"id": "jofictional", "name": "Jo Fictional"},
        {"organization": "Example Corp", "title": "CDO", "start": "2024-04-01"},
    ),
    "apollo.csv": (
        APOLLO,
        [],
        {
            "id": "https://linkedin.com/in/jo",
            "name": "Jo Fictional",
            "url": "http://www.linkedin.com/in/jo",
        },
        {"organization": "Example Corp", "title": "CDO"},
    ),
    "personnel.csv": (
        PERSONNEL,
        ["--constant", "organization=Example Corp"],
        {"id": "17", "name": "Jo Fictional"},
        {
            "organization": "Example Corp",
            "team": "Research",
            "title": "Analyst",
            "location": "Berlin",
            "start": "2019-02-28",
            "end": "2025-10-31",
        },
    ),
    "applicants.tsv": (
        APPLICANTS,
        [],
        {"id": "c1", "name": "Jo Fictional", "updated_on": "2026-10-01"},
        {"organization": "Example Corp", "title": "Analyst"},
    ),
    "german.csv": (
        GERMAN,
        [],
        {"id": "17", "name": "Jürgen Straße"},
        {
            "organization": "Beispiel GmbH",
            "team": "Forschung",
            "title": "Leiter",
            "start": "2019-02-01",
        },
    ),
}


def begun(tmp_path: Path, name: str, content: bytes, *options: str) -> tuple[Path, str]:
    """Write an export, begin from it, and return the new configuration and what was said."""
    export = tmp_path / name
    export.parent.mkdir(parents=True, exist_ok=True)
    export.write_bytes(content)
    done = talentwatch("init", tmp_path / "watch", "--from", export, *options)
    return tmp_path / "watch" / "config.toml", done.stdout


def refused(tmp_path: Path, name: str, content: bytes, *options: str) -> str:
    """Write an export that nothing can be made of, and return why not; nothing is written."""
    export = tmp_path / name
    export.write_bytes(content)
    done = talentwatch("init", tmp_path / "watch", "--from", export, *options, code=2)
    assert not (tmp_path / "watch").exists()
    return str(done.exception)


def first_profile(config: Path) -> Json:
    """Read the first profile of the inbox as the configured source reads it."""
    (source,) = configured_sources(load_settings(config), {}).values()
    (one,) = source.observations()
    with one.open() as stream:  # type: ignore[union-attr]
        return next(json.loads(line) for line in stream if line.strip())


@pytest.mark.parametrize("name", EXPORTS)
def test_the_columns_of_well_known_exports_are_understood(tmp_path, name):
    """The folder that follows reads them as it should."""
    text, options, profile, position = EXPORTS[name]
    config, said = begun(tmp_path, name, text.encode(), *options)
    seen = first_profile(config)
    assert seen.pop("positions")[0] == position
    assert seen == profile
    assert " 0 set aside." in said
    assert "Observed on" in said


@pytest.mark.slow
@pytest.mark.parametrize("name", first_slow(EXPORTS))
def test_a_well_known_export_is_taken_in_at_once(tmp_path, name):
    """The first run and the check of the rules have no complaint."""
    text, options, *_ = EXPORTS[name]
    config, _ = begun(tmp_path, name, text.encode(), *options)
    run = talentwatch("run", "--config", config)
    assert ", baseline" in run.stdout
    assert "error" not in run.stderr
    talentwatch("rules", "check", "--config", config)
    table = json.loads(talentwatch("snapshots", "--json", "--config", config).stdout)
    assert table["rejected"] == 0


def test_what_was_understood_is_shown_with_samples(tmp_path):
    """Each column and what it is taken as, what is not used and what is missing."""
    _, said = begun(tmp_path, "Connections.csv", CONNECTIONS.encode())
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert "Company organization Example, Inc. | Sample Labs" in lines
    assert "Not used: Email Address, Connected On." in lines
    assert "Missing: team, location, start, end." in lines
    assert "In it: 2 profiles with 2 positions at 2 organisations; 0 set aside." in lines


@pytest.mark.slow
def test_the_next_export_shows_who_moved(tmp_path):
    """A second export, put where the first is, is compared with it."""
    config, _ = begun(tmp_path, "2026-10-01.csv", CONNECTIONS.encode())
    talentwatch("run", "--now", "2026-10-01", "--config", config)
    later = CONNECTIONS.replace("Sample Labs,Engineer", '"Example, Inc.",Engineer')
    inbox = config.parent / "inbox" / "people"
    assert [path.name for path in inbox.iterdir()] == ["2026-10-01.csv"]
    (inbox / "2026-11-01.csv").write_text(later, encoding="utf-8")
    talentwatch("run", "--now", "2026-11-01", "--config", config)
    move = json.loads(talentwatch("moves", "--json", "--config", config).stdout)
    assert (move["name"], move["from"]["name"], move["to"]["name"]) == (
        "Ada Sample",
        "Sample Labs",
        "Example, Inc.",
    )


def test_the_directory_lists_the_largest_and_merges_nothing(tmp_path):
    """What may be one organisation stands beside it as a comment, to be kept or not."""
    rows = [f"p{n},Northwind Traders" for n in range(5)]
    rows += ["q1,Northwind Traders Europe", "q2,northwind traders LLC", "q3,Freelance", "q4,Acme"]
    text = "\n".join(["id,organization", *rows, ""])
    config, _ = begun(tmp_path, "2026-10-01.csv", text.encode())
    path = config.parent / "organizations.toml"
    written = path.read_text(encoding="utf-8")
    entries = tomllib.loads(written)["organizations"]
    assert [entry["name"] for entry in entries.values()] == ["Northwind Traders", "Acme"]
    assert '# aliases = ["Northwind Traders Europe"]' in written
    directory = Directory.load(path)
    assert directory.resolve("northwind traders LLC").unit == "northwindtraders"
    assert directory.resolve("Northwind Traders Europe").unit != "northwindtraders"
    assert directory.resolve("Freelance").pseudo
    path.write_text(written.replace("# aliases", "aliases"), encoding="utf-8")
    assert Directory.load(path).resolve("Northwind Traders Europe").unit == "northwindtraders"


NAMES = st.text(min_size=1, max_size=320).filter(lambda text: not text.isspace())


@pytest.mark.slow
@given(names=st.lists(NAMES, max_size=30, unique=True), people=st.integers(1, 9))
def test_whatever_organisations_are_called_the_directory_can_be_read(
    names, people, tmp_path_factory
):
    """Quotes, line ends, control marks and names of every script neither break out nor get lost."""
    resolved = {Directory().resolve(name).unit: name for name in names}
    units = [Unit(unit=unit, name=name, people=people) for unit, name in resolved.items() if unit]
    text = directory_text(units)
    path = tmp_path_factory.mktemp("directory") / "organizations.toml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    read(path, "organizations", biggest=1 << 24)
    turned_on = text.replace("# aliases", "aliases")
    known = tomllib.loads(turned_on).get("organizations", {}).values()
    named = [name for one in known for name in (one["name"], *one.get("aliases", ()))]
    assert set(named) <= set(names)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_whatever_it_is_written_in_is_found_out(tmp_path, codec, delimiter):
    """Spreadsheets of every country part cells and write letters in their own way."""
    text = delimiter.join(["Person ID", "Name", "Company", "Note"]) + "\r\n"
    text += delimiter.join(["p1", "Zoë Müller", '"Société ""X"" & Cie"', "=1+1"]) + "\r\n"
    config, said = begun(tmp_path, "export.csv", text.encode(codec))
    profile = first_profile(config)
    assert profile["name"] == "Zoë Müller"
    assert profile["positions"] == [{"organization": 'Société "X" & Cie'}]
    assert ("windows-1252" in said) == (codec == "cp1252")


def test_what_surrounds_the_rows_of_a_list_is_nobody(tmp_path):
    """Headings on each page in another case, a mark in the middle, sums and notes at the end."""
    content = (
        "List of staff\nId^Name^Company\n1^Ada^Acme\n\ufeffId^Name^Company\n2^Ben^Acme\n"
        "ID^NAME^COMPANY\n3^Cy^Acme\nGrand total:^3^\nPrinted on 1 May^^\n4^^\n"
    )
    _, said = begun(tmp_path, "2025-06-14.csv", content.encode())
    assert "In it: 4 profiles" in said  # the last one says of a person that there is no more


def test_a_few_broken_letters_do_not_make_it_another_encoding(tmp_path):
    """The rest is read as it is; the one that is broken is set aside and said."""
    rows = [f"p{n},Zoë,Büro".encode() for n in range(40)]
    content = b"\n".join([b"id,name,organization", *rows, b"q,Z\xff,Other"])
    config, said = begun(tmp_path, "export.csv", content)
    assert "40 profiles" in said
    assert "1 set aside." in said
    assert "line 42" in said
    assert first_profile(config)["name"] == "Zoë"


@pytest.mark.slow
def test_formulas_and_orders_to_the_terminal_stay_text(tmp_path):
    """Nothing in a cell is run, here or in the files that are written."""
    text = 'id,name,organization\np1,"=HYPERLINK(""http://x"")","Evil\u202e\n[sources]"\n'
    text += "p2,,Evil\x1b[2J\n"
    config, said = begun(tmp_path, "export.csv", text.encode())
    assert "\x1b" not in said
    assert "\u202e" not in said
    directory = (config.parent / "organizations.toml").read_text(encoding="utf-8")
    assert directory.replace("\n", " ").isprintable()
    (entry,) = tomllib.loads(directory)["organizations"].values()
    assert entry["name"] == "Evil\u202e\n[sources]"
    talentwatch("run", "--config", config)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("empty.csv", b"", "there is nothing in it"),
        ("blank.csv", b"\n\n  \n", "no column is known to say who"),
        ("one.csv", b"Company\nAcme\n", "no column is known to say who each row is about"),
        ("places.csv", b"Person ID,Town\np1,Berlin\n", "--constant organization=NAME"),
        ("header.csv", b"id,organization\n", "nobody in it is anywhere"),
        ("binary.csv", bytes(range(256)) * 40, "no column is known"),
        ("wide.csv", b'id,organization\np,"' + b"x" * 200_000, "not CSV"),
        ("long.csv", b"x" * (9 << 20), "not CSV"),
        ("vendor.jsonl", b'{"id": "p1", "skills": [{"level": 1}]}\n', "--field organization="),
        ("broken.jsonl", b'{"id": "p1\n', "line 1"),
        ("broken.json", b"{\n", "cut short"),
        ("table.xlsx", b"PK\x03\x04", "not a spreadsheet that can be read"),
        (
            "people.txt",
            b"version: 1\n\ndn: uid=ada\no: A\n",
            "no table, but a line",
        ),
        ("cards.csv", b"BEGIN:VCARD\nFN:Ada\nORG:Acme\n", "no table, but a line"),
        ("table.pdf", b"%PDF", "not a kind of file that can be read"),
        ("broken.parquet", b"PAR1", "broken.parquet"),
        ("broken.csv.gz", b"\x1f\x8b", "broken.csv.gz"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_the_reason(tmp_path, name, content, why):
    """Nothing is written, and the message says what would help."""
    assert why in refused(tmp_path, name, content)


def test_a_guess_can_be_corrected(tmp_path):
    """Named columns, constants and forms of dates go before what is guessed."""
    text = "Key,Where,From,Title\nk1,Acme,03/04/2020,Dr\n"
    options = ["--column", "id=Key", "--column", "organization=Where"]
    options += ["--column", "name=Title", "--column", "name=Key", "--dates", "%m/%d/%Y"]
    config, _ = begun(tmp_path, "export.csv", text.encode(), *options)
    profile = first_profile(config)
    assert (profile["id"], profile["name"]) == ("k1", "Dr k1")
    assert profile["positions"][0]["start"] == "2020-03-04"
    for wrong in (["--column", "id"], ["--column", "salary=Key"], ["--constant", "id="]):
        done = talentwatch(
            "init", tmp_path / "b", "--from", tmp_path / "export.csv", *wrong, code=2
        )
        assert "--c" in str(done.exception) or "field of a profile" in str(done.exception)
    done = talentwatch("init", tmp_path / "b", "--dates", "%Y", code=2)
    assert "--from" in str(done.exception)
    done = talentwatch("init", tmp_path / "b", "--from", tmp_path / "none.csv", code=2)
    assert "no such file" in str(done.exception)


def test_a_day_and_a_month_are_not_mixed_up(tmp_path):
    """One date that can be read in one way only decides; without one nothing is guessed."""
    rows = [["1", "03/04/2020"], ["2", "25/04/2020"]]
    assert understood(["id", "start"], rows, Layout()).layout.dates == ("%d/%m/%Y",)
    assert understood(["id", "start"], [["1", "04/25/2020"]], Layout()).layout.dates == (
        "%m/%d/%Y",
    )
    guess = understood(["id", "start"], rows[:1], Layout())
    assert guess.layout.dates == ()
    assert "03/04/2020" in guess.uncertainties[-1]
    _, said = begun(tmp_path, "e.csv", b"id,company,start\n1,Acme,03/04/2020\n")
    assert "1 date cannot be read, such as '03/04/2020'" in said


def test_a_column_that_only_has_our_name_is_left_alone(tmp_path):
    """`kind` of a personnel system is no kind of position, and would make nobody count."""
    text = "id,company,kind,current,primary\np1,Acme,Full-time,maybe,x\n"
    config, said = begun(tmp_path, "export.csv", text.encode())
    assert first_profile(config)["positions"] == [{"organization": "Acme"}]
    assert "Not used: kind, current, primary." in said


def test_the_day_is_that_of_the_name_or_of_the_last_change(tmp_path):
    """No day is invented: where it comes from is said, and another can be named."""
    content = b"id,organization\np1,Acme\n"
    stamp = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
    for number, (name, options, day) in enumerate(
        [
            ("team-2026-02-03.csv", [], "2026-02-03"),
            ("export.csv", [], "2026-03-01"),
            ("export.csv", ["--observed-on", "2026-02-04"], "2026-02-04"),
        ]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / name).write_bytes(content)
        os.utime(folder / name, (stamp, stamp))
        done = talentwatch("init", folder / "watch", "--from", folder / name, *options)
        assert f"Observed on {day}" in done.stdout
        assert (folder / "watch" / "inbox" / "people" / f"{day}.csv").read_bytes() == content


def test_parquet_and_packed_tables_and_profiles_are_exports_too(tmp_path):
    """Numbers of a typed table are ids; profiles as they should be need no columns."""
    table = pa.table(
        {"person_id": [1, 2], "company": ["Acme", "Other"], "start_date": [2019, 2020]}
    )
    pq.write_table(table, tmp_path / "2026-01-01.parquet")
    content = (tmp_path / "2026-01-01.parquet").read_bytes()
    config, _ = begun(tmp_path / "a", "2026-01-01.parquet", content)
    position = {"organization": "Acme", "start": "2019"}
    assert first_profile(config) == {"id": "1", "positions": [position]}
    packed = gzip.compress(b"Person ID;Company\nq1;Acme\n")
    config, _ = begun(tmp_path / "b", "2026-01-01.CSV.gz", packed)
    assert first_profile(config) == {"id": "q1", "positions": [{"organization": "Acme"}]}
    line = b'{"id": "r1", "positions": [{"organization": "Acme"}]}\n'
    config, said = begun(tmp_path / "c", "2026-01-01.jsonl", line)
    assert first_profile(config)["id"] == "r1"
    assert "columns" not in config.read_text(encoding="utf-8")
    assert "In it: 1 profile" in said
    talentwatch("run", "--config", config, "--now", date(2026, 1, 1))


def test_an_export_of_many_days_becomes_a_snapshot_a_day(tmp_path: Path) -> None:
    """The column is found, and so is how its days are written and what is true between them."""
    rows = [
        f"P{number} Sample,Acme,{day}.{month:02}.2025"
        for month, day in ((1, 5), (2, 14), (3, 9))
        for number in range(6)
    ]
    text = "\n".join(["Name,Company,Date seen", *rows, ""])
    config, said = begun(tmp_path, "sheet.csv", text.encode())
    assert "It holds 3 days, 2025-01-05 to 2025-03-09" in said
    layout = load_settings(config).sources["people"]
    assert (layout.observed_on, layout.days) == (("Date seen",), "complete")
    # Whoever is seen on the first day is seen again once, on a day of their own.
    sparse = [*rows[:6], *(f"P{number} Sample,Rival,{number + 1}.04.2025" for number in range(6))]
    text = "\n".join(["Name,Company,Date seen", *sparse, ""])
    config, said = begun(tmp_path / "sparse", "sheet.csv", text.encode())
    assert "(days = 'carry'); --days complete" in said
    assert load_settings(config).sources["people"].days == "carry"
    config, _ = begun(tmp_path / "given", "sheet.csv", text.encode(), "--days", "complete")
    assert load_settings(config).sources["people"].days == "complete"


def test_a_column_of_days_is_offered_and_taken_where_nobody_is_listed_twice(tmp_path):
    """Nothing but its name tells what it is."""
    export = tmp_path / "staff.csv"
    export.write_text("id,organization,Date seen\na,Acme,2024-01-01\nb,Acme,2024-02-01\n")
    said = talentwatch("init", tmp_path / "one", "--from", export).output
    assert "'Date seen' may say when each row was seen, and is not read" in said
    said = talentwatch("init", tmp_path / "two", "--from", export, "--days", "carry").output
    assert "It holds 2 days, 2024-01-01 to 2024-02-01" in said
    export.write_text("id,organization\na,Acme\n")
    refused = talentwatch("init", tmp_path / "a", "--from", export, "--days", "carry", code=2)
    assert "no column is known to say when each row was seen" in str(refused.exception)


def test_a_folder_in_the_way_is_said_before_anything_is_read(tmp_path):
    """Nobody waits for a huge export to be read in vain."""
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "config.toml").touch()
    done = talentwatch("init", tmp_path / "watch", "--from", tmp_path / "none.csv", code=2)
    assert "config.toml" in str(done.exception)
