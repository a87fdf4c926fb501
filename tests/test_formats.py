"""Every format that talentwatch reads, by a small file of each, and the pages about them."""

import json
import tomllib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from formats import FORMATS, PAGE, ROOT, Format, in_page, layout_of, previewed, row, table
from tempo import first_quick
from test_docs import TOML, named
from test_init import talentwatch

from monitor.base.settings import Layout, load_settings
from monitor.intake.preview import FilePreview
from monitor.intake.sources.nested import RecordMapping, json_pairs, mapping_of, named_layouts

ON_PAGES = [form for form in FORMATS if form.page]
PAGES = [
    ROOT / "docs" / "sources" / f"{page}.md" for page in sorted({form.page for form in ON_PAGES})
]
"""The pages about files; those about services have tests of their own."""


def profiles(layout: str, *records: Any) -> list[Any]:
    """Read the profiles of records, one a line, that a shipped layout maps."""
    content = "".join(json.dumps(record) + "\n" for record in records).encode()
    mapping, reader = mapping_of(Layout(layout=layout))
    pairs = json_pairs(BytesIO(content), mapping, name="x.jsonl", reader=reader)
    return [profile for _, profile in pairs]


def positions(layout: str, record: Any) -> Any:
    """Read the positions of one record."""
    (profile,) = profiles(layout, record)
    return profile["positions"]


def blocks(page: Path) -> str:
    """Join the configuration of files that a page shows."""
    found = TOML.findall(page.read_text("utf-8"))
    return "\n".join(
        block for block in found if named(block) == "config.toml" and 'kind = "files"' in block
    )


def source_of(form: Format, page: Path) -> str:
    """Name the source of a page that a file is for: the longest that its name begins with."""
    sources = [str(name) for name in tomllib.loads(blocks(page))["sources"]]
    return max((name for name in sources if form.file.startswith(name)), key=len)


def counts(found: FilePreview) -> tuple[int, int, int, int]:
    """Count what the table has of a file."""
    of_file = found.manifest
    return of_file.profiles, of_file.positions, of_file.rejected, len(found.days)


@pytest.mark.slow
def test_the_table_of_formats_is_in_step():
    """`make formats` would write what the page has."""
    lines = in_page(PAGE.read_text("utf-8"))
    assert [line for line in table().splitlines() if line not in lines] == []
    assert len(lines.splitlines()) == len(FORMATS) + 2


def test_every_file_of_a_format_is_in_the_table():
    """A file that nobody reads is no example."""
    there = {path.name for path in FORMATS[0].path.parent.iterdir()}
    assert there == {form.file for form in FORMATS}


@pytest.mark.slow
@pytest.mark.parametrize("one", ON_PAGES, ids=lambda one: one.file)
def test_the_configuration_of_a_page_reads_its_file_as_init_does(one, tmp_path):
    """Whoever pastes the block gets what the table says."""
    page = ROOT / "docs" / "sources" / f"{one.page}.md"
    (tmp_path / "config.toml").write_text(blocks(page), encoding="utf-8")
    layout = load_settings(tmp_path / "config.toml").sources[source_of(one, page)]
    pasted = previewed(one.path, layout)
    begun = previewed(one.path, layout_of(one, tmp_path / "watch"))
    assert counts(pasted) == counts(begun)
    assert pasted.manifest.profiles > 0
    assert not pasted.unknown_dates


@pytest.mark.parametrize("page", first_quick(PAGES), ids=lambda page: page.name)
def test_the_configuration_of_a_page_runs(page, tmp_path):
    """One file of each source in its inbox, and the first run takes them in."""
    (tmp_path / "config.toml").write_text(blocks(page), encoding="utf-8")
    of_page = [form for form in ON_PAGES if form.page == page.stem]
    first = {source_of(form, page): form for form in reversed(of_page)}
    assert first.keys() == tomllib.loads(blocks(page))["sources"].keys()
    for name, form in first.items():
        inbox = tmp_path / "inbox" / name
        inbox.mkdir(parents=True)
        (inbox / form.file).write_bytes(form.path.read_bytes())
    run = talentwatch("run", "--config", tmp_path / "config.toml", "--now", "2025-06-15")
    begun = {line.partition(" ")[0] for line in run.output.splitlines() if "baseline" in line}
    assert begun == first.keys()


def test_a_person_with_lists_under_the_keys_of_answers_is_a_person():
    """People Data Labs lists addresses under `profiles`, where others have people."""
    record = {
        "id": "p1",
        "full_name": "ada ex",
        "experience": [{"company": {"name": "acme"}}],
        "profiles": [{"network": "github", "id": "7", "url": "github.com/ada"}],
    }
    (profile,) = profiles("peopledatalabs", record)
    assert (profile["id"], len(profile["positions"])) == ("p1", 1)
    (profile,) = profiles("peopledatalabs", record | {"experience": []})
    assert (profile["id"], profile["positions"]) == ("p1", [])


def test_an_answer_with_an_id_of_its_own_is_an_answer():
    """The number of a request is nobody's."""
    inside = {"id": "p1", "full_name": "ada ex", "experience": [{"company": {"name": "acme"}}]}
    (profile,) = profiles("peopledatalabs", {"id": "request-1", "data": [inside]})
    assert profile["id"] == "p1"


@pytest.mark.parametrize("wrapped", [{"positions": []}, {"positions": [], "items": [{"id": "x"}]}])
def test_our_own_profile_is_one_whatever_is_in_it(wrapped):
    """A key that nobody knows is ignored."""
    content = json.dumps({"id": "a", "profiles": [{"id": "b"}], **wrapped}, indent=1).encode()
    (found,) = [profile for _, profile in json_pairs(BytesIO(content), None, name="x.json")]
    assert found["id"] == "a"


def test_answers_in_a_list_are_taken_apart():
    """As a bulk answer has them."""
    answers = [{"status": 200, "data": {"id": key, "positions": []}} for key in "ab"]
    content = json.dumps(answers).encode()
    found = [profile["id"] for _, profile in json_pairs(BytesIO(content), None, name="x.json")]
    assert found == ["a", "b"]


@pytest.mark.parametrize("indent", [None, 1])
def test_a_large_answer_is_read_as_a_stream(indent):
    """Whether it has many lines or one: what does not fit into one piece is a list of records."""
    jobs = [{"organization": "Acme", "title": "x" * 200}]
    people = [{"id": f"p{n}", "positions": jobs} for n in range(10_000)]
    content = json.dumps({"id": "request-1", "data": people}, indent=indent).encode()
    stream = BytesIO(content)
    found = json_pairs(stream, None, name="x.json")
    assert [next(found)[1]["id"] for _ in range(3)] == ["p0", "p1", "p2"]
    assert stream.tell() < len(content)
    assert sum(1 for _ in found) == len(people) - 3


def test_an_answer_in_our_own_form_may_stand_on_one_line(tmp_path):
    """As a program writes it."""
    people = [{"id": key, "positions": [{"organization": "Acme"}]} for key in "ab"]
    path = tmp_path / "2025-06-14.json"
    path.write_text(json.dumps({"count": 2, "results": people}) + "\n", encoding="utf-8")
    assert previewed(path, Layout()).manifest.profiles == 2


@pytest.mark.parametrize(
    ("layout", "record"),
    [
        ("peopledatalabs", {"status": 404, "error": {"type": "not_found"}}),
        ("crustdata", {"matched_on": "x.org/in/a", "matches": []}),
        ("github", {"login": "acme", "id": 1, "type": "Organization", "company": "Acme"}),
        ("github", {"login": "robot", "id": 1, "type": "Bot"}),
    ],
)
def test_a_record_of_no_person_is_nobody(layout, record):
    """It is set aside under its number, and no fault."""
    (profile,) = profiles(layout, record)
    assert profile == {"id": "record 1", "name": "No person", "positions": []}


@pytest.mark.parametrize("withheld", [{"experience": True}, {"experience": [], "job_title": True}])
def test_what_a_plan_withholds_is_no_departure(withheld):
    """`true` in the place of jobs says that there are some; an empty list says nothing."""
    known = {"id": "p", "full_name": "ada", "job_company_name": True}
    assert positions("peopledatalabs", known | withheld) == []


def test_a_job_whose_employer_is_withheld_is_left_out():
    """The others stay; one without an employer says that there is none."""
    names = ["acme", True, None]
    jobs = [{"company": {"name": name}, "title": {"name": "clerk"}} for name in names]
    found = positions("peopledatalabs", {"id": "p", "full_name": "ada", "experience": jobs})
    assert [one.get("organization") for one in found] == ["acme", None]


@pytest.mark.parametrize("layout", ["coresignal", "coresignal-base"])
@pytest.mark.parametrize(("deleted", "there"), [(0, 1), (None, 1), (False, 1), (1, 0), (True, 0)])
def test_a_deleted_profile_says_nothing(layout, deleted, there):
    """Its person has left nobody."""
    record = {"id": 1, "is_deleted": deleted, "experience": [{"company_name": "Acme"}]}
    assert len(positions(layout, record)) == there


def test_a_past_job_without_an_end_is_over():
    """Crustdata keeps present and past jobs apart."""
    jobs = {"current": [{"company_name": "Acme"}], "past": [{"company_name": "Beta"}]}
    record = {"crustdata_person_id": 1, "experience": {"employment_details": jobs}}
    assert [
        (position["organization"], position["current"])
        for position in positions("crustdata", record)
    ] == [
        ("Acme", True),
        ("Beta", False),
    ]


@pytest.mark.parametrize(
    ("company", "found"),
    [
        ("@acme", [("@acme", True)]),
        ("@acme @beta", [("@acme", True), ("beta", True)]),
        ("Acme @ Berlin", [("Acme", True), ("Berlin", True)]),
        ("ex-Acme", [("Acme", False)]),
        ("Ex-x-Acme", [("x-Acme", False)]),
        (None, [(None, True)]),
    ],
)
def test_a_company_on_github_is_read_as_people_write_it(company, found):
    """Two mentions are two employers, and one of the past is over."""
    told = positions("github", {"id": 1, "login": "ada", "company": company})
    assert [(one.get("organization"), one["current"]) for one in told] == found


def test_a_user_without_a_company_key_says_nothing_of_employers():
    """A list of members has no companies; that they lost theirs is not said."""
    assert positions("github", {"id": 1, "login": "ada"}) == []


def test_employments_of_orcid_are_of_the_person_in_their_path():
    """With and without the other parts of a record."""
    record = {"affiliation-group": [], "path": "/0000-0002-1825-0097/employments"}
    assert profiles("orcid", record)[0]["id"] == "0000-0002-1825-0097"
    assert profiles("orcid", record | {"path": None})[0].get("id") is None


def test_a_member_who_is_no_person_of_the_document_has_an_id():
    """Nobody is dropped in silence."""
    memberships = [{"person_id": "a", "organization_id": "o"}, {"organization_id": "o"}]
    document = {
        "persons": [{"id": "b"}],
        "organizations": [{"id": "o", "name": "Acme"}],
        "memberships": memberships,
    }
    found = profiles("popolo", document)
    assert [one.get("id") for one in found] == ["b", "a", None]


@pytest.mark.parametrize(("empty", "found"), [(1, True), (199, True)])
def test_people_without_jobs_do_not_hide_whose_export_it_is(empty, found):
    """They have the keys that the others have."""
    whole = {"id": 1, "full_name": "A", "is_deleted": 0, "experience": [{"position_title": "x"}]}
    whole["experience"][0]["company_name"] = "Acme"  # type: ignore[index]
    sample = [whole, *[whole | {"id": n, "experience": []} for n in range(empty)]]
    fitting = named_layouts()["coresignal"]
    assert fitting.fits(whole)
    assert not fitting.fits(sample[1])
    from monitor.intake.sources.nested import layout_of as layout_of_records  # noqa: PLC0415

    assert (layout_of_records(sample) is fitting) is found


def test_what_several_nodes_say_under_one_id_is_said_of_one_thing():
    """In JSON-LD a node may say a part, and any other one the rest."""
    graph: list[Any] = [
        {"@id": "#o", "@type": "Organization", "name": "Acme"},
        {"@id": "#p", "@type": "Person", "worksFor": {"@id": "#o", "logo": {"x": []}}},
        {"@id": "#p", "name": "Ada", "jobTitle": "Chief"},
        {"@id": "#r", "name": "Beta", "@type": "Organization", "employee": {"@id": "#job"}},
        {"@id": "#job", "@type": "OrganizationRole", "startDate": "2020"},
    ]
    graph[4]["employee"] = {"@id": "#p"}
    (found,) = profiles("schemaorg", {"@graph": graph})
    assert (found["id"], found["name"]) == ("#p", "Ada")
    assert [one["organization"] for one in found["positions"]] == ["Acme"]


def test_split_is_a_function_of_a_mapping():
    """As later versions of JMESPath have it."""
    mapping = RecordMapping({"id": "split(who, '/')[1]", "name": "split(who, '/', `1`)[1]"})
    assert mapping.profile({"who": "a/b/c"}) == {"id": "b", "name": "b/c", "positions": []}
    assert mapping.profile({"who": 7}) == {"positions": []}


def test_the_table_of_formats_shows_what_was_set_aside():
    """With the reason, as a run says it."""
    (lines,) = [form for form in FORMATS if form.file.startswith("profiles-lines")]
    assert "positions[1].organization expected text, found the number 7" in row(lines)
