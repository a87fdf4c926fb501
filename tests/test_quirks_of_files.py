"""What files of LinkedIn, of registries and of the Congress are known to do, each as it comes."""

import json
from pathlib import Path
from typing import Any

import pytest
from story import World
from test_imported import directory, read, ror, written

from monitor.base.settings import load_settings
from monitor.identity.organizations.registries import RegistryEntry, Unread
from monitor.intake.sources.files import Files

PAGES = Path(__file__).resolve().parents[1] / "docs" / "sources"
HEADING = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
JO = 'Jo,Fictional,https://www.linkedin.com/in/jo,,"Example, Inc.",Director,12 Mar 2021\n'
ANN = "Ann,Imagined,https://www.linkedin.com/in/ann,,Sample Labs,Engineer,02 Jan 2022\n"
NOTES = 'Notes:\n"When exporting your data, you may notice that\nsome are missing."\n\n'


def profiles(folder: Path, source: str, name: str, content: bytes) -> list[dict[str, Any]]:
    """The profiles of a file, read as the configuration on the page of LinkedIn says."""
    text = (PAGES / "linkedin.md").read_text(encoding="utf-8")
    block = text.partition("```toml\n")[2].partition("```")[0]
    (folder / "config.toml").write_text(block, encoding="utf-8")
    layout = load_settings(folder / "config.toml").sources[source].layout_of_files
    path = folder / name
    path.write_bytes(content)
    (one,) = Files(source=source, paths=[path], layout=layout).observations()
    assert not isinstance(one, Exception)
    with one.open() as stream:
        return [json.loads(line) for line in stream.read().splitlines() if line.strip()]


@pytest.mark.parametrize(
    "content",
    [
        HEADING + JO + ANN,
        NOTES + HEADING + JO + ANN,
        "\ufeff" + NOTES + HEADING + JO + ANN,
        (HEADING + JO + ANN).replace("\n", "\r\n"),
        HEADING + JO + ",,,,,,30 Jan 2026\n" + ANN + ",,,,,,\n",
        HEADING + JO + ANN + JO,
        HEADING + JO.replace("Director", '"Director,\nData"') + ANN,
    ],
    ids=["plain", "notes", "mark", "CRLF", "empty rows", "twice", "line break"],
)
def test_connections_of_linkedin_are_read_however_they_are_written(tmp_path, content):
    """Notes above, a mark, rows of those who left, rows twice, and breaks within a cell."""
    found = profiles(tmp_path, "linkedin", "2025-06-14.csv", content.encode())
    people = {one["id"]: {job["organization"] for job in one["positions"]} for one in found}
    assert people == {
        "https://linkedin.com/in/jo": {"Example, Inc."},
        "https://linkedin.com/in/ann": {"Sample Labs"},
    }
    titles = {job["title"].partition(",")[0] for one in found for job in one["positions"]}
    assert titles == {"Director", "Engineer"}


def test_positions_of_linkedin_without_an_end_go_on(tmp_path):
    """An empty end is none; a row that stands twice is one job."""
    content = (
        "Company Name,Title,Description,Location,Started On,Finished On\n"
        "Example Corp,CDO,,Berlin,Apr 2024,\n"
        "Sample Labs,Analyst,,,2019,Mar 2024\n"
        "Sample Labs,Analyst,,,2019,Mar 2024\n"
    )
    (owner,) = profiles(tmp_path, "linkedin-positions", "2025-06-14.csv", content.encode())
    jobs = {(job["organization"], job["start"], job.get("end")) for job in owner["positions"]}
    assert jobs == {("Example Corp", "2024-04", None), ("Sample Labs", "2019", "2024-03")}


def test_an_answer_of_ror_that_is_an_error_is_none_of_an_organisation(tmp_path):
    """It comes with status 200; a file of it changes nothing, and what is in it is shown."""
    wrong = written(tmp_path, "ror.json", {"errors": ["query parameter 'naem' is illegal"]})
    (one,) = read(wrong)
    assert isinstance(one, Unread)
    assert "neither of ROR" in one.why
    answer = {"number_of_results": 1, "items": [ror("00examp37", "Example University")]}
    (entry,) = read(written(tmp_path, "items.json", answer))
    assert isinstance(entry, RegistryEntry)
    assert entry.id == "ror:00examp37"


def lei(own: str, name: str, successor: str) -> dict[str, Any]:
    """A record of the golden copy that is a duplicate of another."""
    return {
        "LEI": {"$": own},
        "Entity": {
            "LegalName": {"@xml:lang": "en", "$": name},
            "SuccessorEntity": [{"SuccessorLEI": {"$": successor}}],
        },
        "Registration": {"RegistrationStatus": {"$": "DUPLICATE"}},
    }


def test_duplicates_of_gleif_lead_along_their_chain_and_a_ring_ends(tmp_path):
    """One entity under three identifiers, of which the last leads back to the first."""
    first, second, third = (f"0000TESTFAKE000000{number:02}" for number in (1, 2, 3))
    records = [lei(first, "One", second), lei(second, "Two", third), lei(third, "Three", first)]
    entries = read(written(tmp_path, "lei2.json", {"records": records}))
    known = [entry for entry in entries if isinstance(entry, RegistryEntry)]
    assert [entry.successors[0].id[-2:] for entry in known] == ["02", "03", "01"]
    found = directory(tmp_path, *known)
    assert len({found.resolve(name).root for name in ("One", "Two", "Three")}) == 1


def member(person: str, end: str) -> dict[str, Any]:
    """A member of the House since 2023."""
    term = {"type": "rep", "start": "2023-01-03", "end": end, "state": "OH", "party": "Democrat"}
    name = {"first": "P", "last": person, "official_full": f"P {person}"}
    return {"id": {"bioguide": person}, "name": name, "terms": [term]}


@pytest.mark.slow
def test_a_member_of_congress_whose_term_is_shortened_goes_from_one_list_to_the_other(tmp_path):
    """Both lists are one file; the end that was brought forward is the departure."""
    rule = '[flow]\nfrom = "*"\npeople = 1\nwithin = "90d"\n'
    config = '[sources.congress]\nkind = "files"\npath = "inbox/congress/*"\nlayout = "congress"\n'
    world = World(tmp_path, rules={"gone": rule}, sources=(), config=config)
    inbox = tmp_path / "inbox" / "congress"
    inbox.mkdir(parents=True)
    planned, historical = "2027-01-03", [member("O", "2025-01-03")]
    people = ["A", "B", "C"]
    for day, ends in (("2025-06-01", {}), ("2025-06-20", {"B": "2025-06-10"})):
        current = [member(one, planned) for one in people if one not in ends]
        left = [member(one, end) for one, end in ends.items()]
        (inbox / f"{day}.json").write_text(json.dumps(current + historical + left))
    world.run("2025-06-20")
    seen = [move for move in world.moves() if "-> ?" in move and not move.startswith("O")]
    assert [move.partition(":")[0] for move in seen] == ["B"]
    assert "left 2025-06-1" in seen[0]
