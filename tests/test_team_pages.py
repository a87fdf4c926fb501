"""Pages of teams are read whole, as their sites allow, and nobody leaves by one look at them."""

import json
from typing import Any

import pytest
from collected_stories import came_of
from services import BEGAN, Said, VirtualTime, service, watch

from monitor.base.errors import SourceError
from monitor.intake.collecting.kept.work import Work
from monitor.intake.collecting.planning import progress_of, standing_of

PLACE = "/team"


def linked(*blocks: Any) -> bytes:
    """Return a page with blocks of JSON-LD, each a document or the text of one."""
    texts = [one if isinstance(one, str) else json.dumps(one) for one in blocks]
    scripts = "".join(f'<script type="application/ld+json">{text}</script>' for text in texts)
    return f"<!doctype html><html><head>{scripts}</head><body></body></html>".encode()


def person(name: str, **more: Any) -> dict[str, Any]:
    """Return a person in JSON-LD, an engineer if nothing else is said."""
    return {"@context": "https://schema.org", "@type": "Person", "name": name} | {
        "jobTitle": "Engineer",
        **more,
    }


class Site:
    """A site with pages that a test changes."""

    def __init__(self, running):
        self.running = running
        self.pages: dict[str, bytes | Said] = {}
        self.robots = Said(status=404)
        running.answer = self.answer

    def answer(self, asked):
        """Answer with a page and a mark of what it says."""
        if asked.path == "/robots.txt":
            return self.robots
        page = self.pages.get(asked.path, Said(status=404))
        if isinstance(page, Said):
            return page
        etag = f'"{hash(page)}"'
        if asked.headers.get("if-none-match") == etag:
            return Said(status=304)
        kind = "text/html; charset=utf-8"
        return Said(headers={"Content-Type": kind, "ETag": etag}, body=page)

    def keys(self, more='organization = "Example Corp"'):
        """Return the keys of a source that reads its page."""
        return f'kind = "pages"\nurls = ["{self.running.url}{PLACE}"]\n{more}\n'


@pytest.fixture
def time():
    return VirtualTime()


@pytest.fixture
def site(time):
    with service(time) as running:
        yield Site(running)


@pytest.fixture
def read(tmp_path, site, time):
    """Collect the page and return its profiles by name."""

    def profiles(page, more='organization = "Example Corp"'):
        site.pages[PLACE] = page if isinstance(page, bytes | Said) else linked(*page)
        watching = watch(tmp_path, time, site.keys(more))
        watching.collect()
        return {profile["name"]: profile for profile in watching.profiles().values()}

    return profiles


def jobs(profile):
    """Return the employers and titles of a profile."""
    return [(one["organization"], one.get("title")) for one in profile["positions"]]


# -- what a page says ------------------------------------------------------------------------------


def test_people_of_a_graph_are_read_with_what_its_other_nodes_say(read, site):
    """References are followed, roles have their dates, and the address is the person's id."""
    jo = {
        **person("Jo Fictional", jobTitle=["Chief Data Officer", "Founder"]),
        "@id": "/team/jo#me",
        "sameAs": ["https://orcid.org/0000-0002-1825-0097"],
        "worksFor": {
            "@type": "OrganizationRole",
            "roleName": "CDO",
            "startDate": "2024-04",
            "worksFor": {"@id": "#org"},
        },
    }
    organization = {"@type": "Organization", "@id": "#org", "name": "Example Corp"}
    (profile,) = read([{"@graph": [organization, jo]}]).values()
    assert profile["id"] == profile["url"] == f"{site.running.url}/team/jo#me"
    assert profile["same_as"] == ["https://orcid.org/0000-0002-1825-0097"]
    assert profile["positions"] == [
        {"organization": "Example Corp", "title": "CDO", "start": "2024-04"}
    ]


def test_one_broken_block_loses_no_other(read):
    """Comments, line breaks in texts and commas at the end are read; nonsense is passed over."""
    loose = '<!-- {"@type": "Person", "name": "Ada", "jobTitle": "Head\nof Data",} -->'
    found = read(['{"@type": "Person", "name": "Nobody', loose, person("Ben")])
    assert {name: jobs(profile) for name, profile in found.items()} == {
        "Ada": [("Example Corp", "Head\nof Data")],
        "Ben": [("Example Corp", "Engineer")],
    }


def test_people_whom_an_organisation_lists_are_there(read):
    """Though they say nothing themselves; a role around them says as what."""
    found = read(
        [
            {
                "@type": "Organization",
                "name": "Sample Labs",
                "employee": [
                    {"@type": "Person", "name": "Ada"},
                    {
                        "@type": "EmployeeRole",
                        "roleName": "Analyst",
                        "employee": {"@type": "Person", "name": "Ben"},
                    },
                ],
                "alumni": {"@type": "Person", "name": "Cyd"},
            }
        ],
        more="",
    )
    assert {name: jobs(profile) for name, profile in found.items()} == {
        "Ada": [("Sample Labs", None)],
        "Ben": [("Sample Labs", "Analyst")],
        "Cyd": [("Sample Labs", None)],
    }
    assert found["Cyd"]["positions"][0]["current"] is False


def test_whoever_has_neither_a_title_nor_an_employer_is_not_of_the_team(read):
    """Authors of texts are persons, too."""
    author = {"@type": "Article", "author": {"@type": "Person", "name": "A. Writer"}}
    assert read([author, person("Ada")]).keys() == {"Ada"}


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            (
                '<div class="h-card"><a class="p-name" href="/team/jo">Jo Fictional</a>'
                '<span class="p-job-title">CDO</span>'
                '<span class="p-org h-card"><a class="p-name" href="/">Example Corp</a></span>'
                "</div>"
            ),
            [("Example Corp", "CDO")],
        ),
        (
            (
                '<div class="h-card"><span class="p-name">Jo Fictional</span>'
                '<span class="p-role">CDO</span></div>'
            ),
            [("The Team", "CDO")],
        ),
        (
            (
                '<div class="vcard"><span class="fn">Jo Fictional</span><span class="org">Example'
                ' Corp</span><span class="title">CDO</span></div>'
            ),
            [("Example Corp", "CDO")],
        ),
        (
            (
                '<div class="h-resume"><span class="p-contact h-card"><span class="p-name">Jo'
                ' Fictional</span></span><div class="p-experience h-event"><span class="p-name">'
                'Engineer</span><time class="dt-start">2019-04</time>'
                '<time class="dt-end">2021</time>'
                '<span class="p-location h-card"><span class="p-name">Beta Ltd</span></span></div>'
                "</div>"
            ),
            [("Beta Ltd", "Engineer")],
        ),
    ],
    ids=["card in card", "role", "classic", "resume"],
)
def test_microformats_are_read_where_there_is_no_linked_data(read, markup, expected):
    """Cards, resumes, and their forms of old; the card of the organisation is nobody."""
    page = f"<html><body>{markup}</body></html>".encode()
    found = read(
        Said(headers={"Content-Type": "text/html"}, body=page), 'organization = "The Team"'
    )
    assert {name: jobs(profile) for name, profile in found.items()} == {"Jo Fictional": expected}


MICRODATA = """<!doctype html><html><body>
<div itemscope itemtype="https://schema.org/Organization"><h1 itemprop="name">Example Corp</h1>
<ul><li itemprop="employee" itemscope itemtype="https://schema.org/Person" itemid="/team/ada">
<b itemprop="name">Ada <i>Long</i></b>, <span itemprop="jobTitle">Head of Data</span>
<a itemprop="sameAs" href="https://github.com/ada"></a>
<link itemprop="sameAs" href="https://orcid.org/0000-0002-1825-0097"></li></ul></div>
<p itemscope itemtype="http://schema.org/Person" itemref="of-ben ring"><a itemprop="url"
href="/ben"><span itemprop="name">Ben Short</span></a></p>
<div id="of-ben"><span itemprop="worksFor" itemscope itemtype="http://schema.org/OrganizationRole">
<meta itemprop="roleName" content="Engineer"><time itemprop="startDate"
datetime="2024-04">April</time><span itemprop="worksFor">Sample Labs</span></span></div>
<div id="ring"><p itemscope itemref="ring"><i itemprop="name">No person</i></p></div>
</body></html>"""


def test_microdata_are_read_where_there_is_no_linked_data(read, site):
    """Items in items, roles, what stands elsewhere on the page, and what refers to itself."""
    people = read(MICRODATA.encode())
    ada, ben = people["Ada Long"], people["Ben Short"]
    assert (ada["id"], ben["id"]) == tuple(
        f"{site.running.url}/{who}" for who in ("team/ada", "ben")
    )
    assert ada["name"] == "Ada Long"
    assert ada["same_as"] == ["https://github.com/ada", "https://orcid.org/0000-0002-1825-0097"]
    assert [(one["organization"], one["title"]) for one in ada["positions"]] == [
        ("Example Corp", "Head of Data")
    ]
    assert [(one["organization"], one["title"], one["start"]) for one in ben["positions"]] == [
        ("Sample Labs", "Engineer", "2024-04")
    ]
    assert len(people) == 2


def test_a_property_with_a_name_of_linked_data_costs_no_page(read, site):
    """It is none of microdata, and takes the place of nobody's address."""
    markup = MICRODATA.replace("<b itemprop", '<i itemprop="@id @type x">x</i><b itemprop')
    assert read(markup.encode())["Ada Long"]["id"] == f"{site.running.url}/team/ada"


@pytest.mark.parametrize("way", ["by reference", "by name", "by text"])
def test_microdata_that_lead_to_each_other_without_an_end_are_read_no_further(
    tmp_path, site, time, monkeypatch, way
):
    """Sixty items of which each has the next one twice are more than anybody can read."""
    monkeypatch.setattr("monitor.intake.collecting.connectors.page_people._MOST_READ", 2_000)
    names = {"by name": 'itemscope itemprop="x y"', "by text": 'itemprop="x"'}
    if way == "by reference":
        items = "".join(
            f'<p id="{side}{number}"><i itemscope itemprop="x"'
            f' itemref="a{number + 1} b{number + 1}"></i></p>'
            for number in range(60)
            for side in "ab"
        )
    else:
        items = f'<p id="a0">{f"<i {names[way]}>" * 90}{"</i>" * 90}</p>'
    markup = MICRODATA.replace('itemref="of-ben ring"', 'itemref="of-ben a0 b0"') + items
    site.pages[PLACE] = markup.encode()
    collected = watch(tmp_path, time, site.keys()).collect()
    assert "its microdata lead to each other without an end" in str(collected.note)


@pytest.mark.parametrize("name", ["Ада Лавлейс", "陈景润", "نجيب محفوظ", "Ame\u0301lie"])
def test_names_of_any_script_are_read_in_the_encoding_that_is_stated(read, name):
    """The header goes before what the page says of itself."""
    page = linked(json.dumps(person(name), ensure_ascii=False)).decode().encode("utf-16")
    said = Said(headers={"Content-Type": "text/html; charset=utf-16"}, body=page)
    assert read(said).keys() == {name}


def test_who_is_told_by_nothing_but_a_name_is_told_by_the_page_and_the_name(read, site):
    """The same name at another site is another person; two of one name here are nobody."""
    page = [person("Dr. Ada Ex"), person("Wei Wang"), person("Wei Wang", jobTitle="Clerk")]
    assert [one["id"] for one in read(page).values()] == [f"{site.running.url}{PLACE}#Ada Ex"]


def test_an_address_that_several_share_is_nobodys(read, site):
    """As the home page of their employer, or the page itself."""
    shared = {"url": "https://example.com/"}
    page = [person("Ada", **shared), person("Ben", **shared), person("Cyd", url=PLACE)]
    ids = {one["id"].removeprefix(f"{site.running.url}{PLACE}") for one in read(page).values()}
    assert ids == {"#Ada", "#Ben", "#Cyd"}


# -- what may be read ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Said(headers={"Content-Type": "application/pdf"}, body=b"%PDF"), "is no page"),
        (Said(status=403), "said 403"),
        (Said(status=404), "said 404"),
        (Said(headers={"Content-Type": "text/html"}, body=b"<p>Soon</p>"), "names nobody"),
        (
            Said(headers={"Content-Type": "text/html"}, body=b"<div class='h-card'>" * 5000),
            "too deep|names nobody",
        ),
    ],
    ids=["no page", "refused", "not found", "empty", "deep"],
)
def test_a_page_that_says_nothing_or_not_to_us_makes_nobody_leave(
    tmp_path, site, time, answer, words
):
    """Everybody stays as last seen, and the run says why."""
    site.pages[PLACE] = linked(person("Ada"))
    watching = watch(tmp_path, time, site.keys())
    watching.collect()
    time.next_day()
    site.pages[PLACE] = answer
    collected = watching.collect()
    assert not collected.is_complete
    if words != "too deep|names nobody":
        assert words in str(collected.note)
    assert collected.failed == 1


@pytest.mark.parametrize(
    ("header", "head"),
    [
        ({"X-Robots-Tag": "other: nofollow, talentwatch: noindex"}, b""),
        ({}, b'<meta name="robots" content="none">'),
        ({}, b'<meta name="tdm-reservation" content="1">'),
    ],
    ids=["a header", "a tag", "reserved"],
)
def test_a_page_that_wants_to_be_read_no_more_hides_its_people_at_once(
    tmp_path, site, time, header, head
):
    """They are marked for erasure, the run says why, and a page that may be read again has them."""
    site.pages[PLACE] = linked(person("Ada"), person("Ben"))
    watching = watch(tmp_path, time, site.keys())
    watching.collect()
    names = {*watching.profiles()}
    time.next_day()
    closed = Said(headers={"Content-Type": "text/html", **header}, body=head + site.pages[PLACE])
    site.pages[PLACE], opened = closed, site.pages[PLACE]
    collected = watching.collect()
    assert "not to be listed" in str(collected.note)
    assert collected.is_blind
    assert watching.profiles() == {}
    assert watching.absences() == dict.fromkeys(names, "hidden")
    marked = (watching.plan.folder / "withdrawn.json").read_text(encoding="utf-8")
    assert marked.count('"reason":"hidden"') == 2
    time.next_day()
    watching.collect()
    assert watching.profiles() == {}
    time.next_day()
    site.pages[PLACE] = opened
    assert watching.collect().is_complete
    assert watching.profiles().keys() == names
    assert (watching.plan.folder / "withdrawn.json").read_bytes() == b""


@pytest.mark.parametrize(
    ("robots", "is_read"),
    [
        (Said(body=b"User-agent: *\nDisallow: /team\n"), False),
        (Said(body=b"User-agent: *\nDisallow: /te\nAllow: /team\n"), True),
        (Said(body=b"User-agent: Talentwatch\nDisallow: /\n\nUser-agent: *\nAllow: /\n"), False),
        (Said(status=503), False),
        (Said(status=404), True),
    ],
    ids=["disallowed", "longest match", "our own group", "in trouble", "none"],
)
def test_robots_rules_decide_whether_a_page_is_asked_for(tmp_path, site, time, robots, is_read):
    """A page that may not be read is not asked for."""
    site.robots, site.pages[PLACE] = robots, linked(person("Ada"))
    collected = watch(tmp_path, time, site.keys("limits = { retries = 0 }")).collect()
    assert (PLACE in site.running.paths) == is_read
    assert is_read or "robots rules" in str(collected.note)


def test_whom_a_page_named_that_is_forbidden_now_stay_as_last_seen_and_it_is_said(
    tmp_path, site, time
):
    """Robots rules are about asking, not about people: none of them has left, or is hidden."""
    site.pages = {PLACE: linked(person("Ada")), "/about": linked(person("Ben"))}
    urls = f'urls = ["{site.running.url}{PLACE}", "{site.running.url}/about"]'
    keys = f'kind = "pages"\n{urls}\norganization = "Example Corp"'
    watching = watch(tmp_path, time, keys)
    watching.collect()
    time.next_day()
    site.robots = Said(body=f"User-agent: *\nDisallow: {PLACE}\n".encode())
    collected = watching.collect()
    assert (collected.is_blind, collected.failed) == (False, 1)
    assert "whom it named stay as last seen until `retention`" in str(collected.note)
    seen = {name.rpartition("#")[2]: who for name, who in watching.profiles().items()}
    assert {name: "seen_on" in who for name, who in seen.items()} == {"Ada": True, "Ben": False}
    (lack,) = standing_of(progress_of(watching.plan, time.now))
    assert lack.text == collected.note


def test_pages_keep_a_distance_of_three_seconds(tmp_path, site, time):
    """However many a source has."""
    site.pages = {f"/{n}": linked(person(f"P{n}")) for n in range(3)}
    urls = ", ".join(f'"{site.running.url}/{n}"' for n in range(3))
    keys = f'kind = "pages"\nurls = [{urls}]\norganization = "Example Corp"\n'
    assert watch(tmp_path, time, keys).collect().is_complete
    times = [(asked.at - BEGAN).total_seconds() for asked in site.running.asked]
    assert times == [0, 3, 6, 9]


def test_a_page_follows_nobody_by_id(tmp_path, site, time):
    """It says which key takes addresses."""
    with pytest.raises(SourceError, match="name their addresses in `urls`"):
        watch(tmp_path, time, site.keys("[sources.remote.watch]\nids = ['a']")).collect()


# -- who is missing --------------------------------------------------------------------------------


def looks(tmp_path, site, time, *pages, more='organization = "Example Corp"'):
    """Look at a page day by day, and return who is in each day's file and was seen on it."""
    watching = watch(tmp_path, time, site.keys(more))
    found = []
    for page in pages:
        if page is not None:
            site.pages[PLACE] = page
        watching.collect()
        written = watching.plan.folder / f"{time.now.date()}.jsonl"
        people = watching.profiles().values() if written.exists() else ()
        found.append({profile["name"]: "seen_on" not in profile for profile in people})
        time.next_day()
    return found


def test_somebody_is_gone_from_a_page_after_two_looks_without_them(tmp_path, site, time):
    """At the first they stay as last seen."""
    both, alone = linked(person("Ada"), person("Ben")), linked(person("Ada"))
    assert looks(tmp_path, site, time, both, alone, alone, alone) == [
        {"Ada": True, "Ben": True},
        {"Ada": True, "Ben": False},
        {"Ada": True},
        {"Ada": True},
    ]
    assert PLACE in site.running.paths


def test_a_page_that_did_not_change_is_a_look_as_well(tmp_path, site, time):
    """It is asked for whole, for the first answer without somebody may have been cut off."""
    both, alone = linked(person("Ada"), person("Ben")), linked(person("Ada"))
    days = looks(tmp_path, site, time, both, alone, None, more='organization = "X"\nreads = 3')
    assert days[-1] == {"Ada": True, "Ben": False}
    assert "if-none-match" not in site.running.asked[-1].headers
    assert looks(tmp_path, site, time, None, more='organization = "X"\nreads = 3') == [
        {"Ada": True}
    ]


def test_who_is_back_before_the_second_look_was_never_away(tmp_path, site, time):
    """The count begins anew with the next absence."""
    both, alone = linked(person("Ada"), person("Ben")), linked(person("Ada"))
    days = looks(tmp_path, site, time, both, alone, both, alone)
    assert days[-1] == {"Ada": True, "Ben": False}


def test_a_roster_that_shrinks_from_a_hundred_to_three_makes_nobody_leave(tmp_path, site, time):
    """Nothing is told of such a page, day after day, until somebody looks at it."""
    many = [person(f"P{number}") for number in range(100)]
    days = looks(tmp_path, site, time, linked(*many), *[linked(*many[:3])] * 4)
    assert [len(day) for day in days] == [100, 0, 0, 0, 0]
    more = 'organization = "Example Corp"\nleast_share = 0'
    days = looks(tmp_path, site, time, *[linked(*many[:3])] * 2, more=more)
    assert len(days[-1]) == 3


def test_the_first_look_at_a_page_that_is_built_otherwise_counts_nobody_as_missing(
    tmp_path, site, time
):
    """Two more looks without somebody are needed."""
    people = ["Ada", "Ben", "Cyd"]
    cards = "".join(
        f'<li class="h-card"><b class="p-name">{name}</b><i class="p-role">Engineer</i></li>'
        for name in people[:2]
    )
    new = f"<html><body><ul>{cards}</ul></body></html>".encode()
    days = looks(tmp_path, site, time, linked(*map(person, people)), new, new, new)
    assert [day.get("Cyd") for day in days] == [True, False, False, None]


def test_who_was_merged_is_forgotten_however_their_id_is_written(tmp_path, site, time):
    """Another address of one person is named as merged until then, and nowhere afterwards."""
    same = {"sameAs": ["https://orcid.org/0000-0002-1825-0097"]}
    addresses = ["https://www.example.org/ada/", "https://www.example.org/ada-long/"]
    watching = watch(tmp_path, time, site.keys())
    for address in addresses:
        time.next_day()
        site.pages[PLACE] = linked(person("Ada", url=address, **same), person("Ben"))
        watching.collect()
    assert watching.absences() == {addresses[0]: "merged"}
    with Work.opened(watching.plan.folder) as work:
        work.forget(["https://example.org/ada"])
    time.next_day()
    watching.collect()
    assert watching.absences() == {}


# -- several pages -------------------------------------------------------------------------------


@pytest.fixture
def two(tmp_path, site, time):
    """A source of two pages: what each says on a day, and what the people of that day are."""
    keys = f'kind = "pages"\nurls = ["{site.running.url}/a", "{site.running.url}/b"]\n'
    watching = watch(tmp_path, time, keys + 'organization = "Example Corp"')

    def day(**pages):
        for name, page in pages.items():
            site.pages[f"/{name}"] = linked(*page) if isinstance(page, list) else page
        time.next_day()
        watching.collect()
        return {profile["name"]: jobs(profile) for profile in watching.profiles().values()}

    return day


def ada(employer=None, **more):
    """Return somebody with an address of her own, at an employer if one is given."""
    stated = {} if employer is None else {"worksFor": {"@type": "Organization", "name": employer}}
    return person("Ada", url="https://example.org/ada") | stated | more


def test_what_one_page_says_of_somebody_is_not_taken_back_by_another(two):
    """Both employers stay, whichever page changed last; the same job on both is one."""
    both = [("Alpha", "Engineer"), ("Beta", "Engineer")]
    ben = person("Ben", url="https://example.org/ben")
    assert two(a=[ada("Alpha")], b=[ada("Beta"), ben])["Ada"] == both
    assert two(a=[ada("Alpha"), person("Cyd")])["Ada"] == both
    assert two(b=[ada("Beta"), ben, person("Dan")])["Ada"] == both
    assert two(a=Said(status=503))["Ada"] == both
    assert two(a=[ada("Beta")])["Ada"] == [("Beta", "Engineer")]


def test_an_employer_that_a_page_states_goes_before_the_one_of_the_configuration(two):
    """Whoever is also on a page without an employer is where the other page says."""
    assert two(a=[ada("Alpha")], b=[ada()]) == {"Ada": [("Alpha", "Engineer")]}
    assert two(a=[ada("Beta")]) == {"Ada": [("Beta", "Engineer")]}
    assert two(b=[ada(), person("Ben")])["Ada"] == [("Beta", "Engineer")]


def test_who_is_gone_from_one_page_is_as_the_other_has_them(two):
    """After two looks; and gone from both, they are looked at no more."""
    others = [person(name) for name in ("Ben", "Cyd", "Dan")]
    two(a=[ada("Alpha"), *others], b=[ada("Beta"), *others])
    assert two(a=others)["Ada"] == [("Alpha", "Engineer"), ("Beta", "Engineer")]
    assert two()["Ada"] == [("Beta", "Engineer")]
    two(b=others)
    assert "Ada" not in two()


def test_a_page_that_is_closed_hides_whom_it_alone_had(two):
    """Whoever another page still shows is there, as that one says."""
    ben, closed = (
        person("Ben", url="https://example.org/ben"),
        Said(headers={"Content-Type": "text/html", "X-Robots-Tag": "noindex"}, body=linked()),
    )
    two(a=[ada("Alpha"), ben], b=[ada("Beta"), person("Cyd")])
    assert two(a=closed) == {"Ada": [("Beta", "Engineer")], "Cyd": [("Example Corp", "Engineer")]}


# -- a story ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_of_some_people_exactly_the_one_who_moved_has_moved(tmp_path, site, time):
    """A new title, who is gone or hidden, a reordered page and another address are no moves."""

    def of(number, **more):
        return person(f"Person {number}", url=f"https://example.org/people/{number}") | {
            "worksFor": {"@type": "Organization", "name": "Example Corp"},
            "sameAs": [f"https://orcid.org/0000-0001-0000-{number:04d}"],
            **more,
        }

    numbers = range(1, 6)
    site.pages |= {PLACE: linked(*map(of, numbers)), "/closed": linked(of(6))}
    both = f'{PLACE}", "{site.running.url}/closed"]'
    watching = watch(tmp_path, time, site.keys("").replace(f'{PLACE}"]', both))
    watching.collect()
    tags = {"X-Robots-Tag": "noindex", "Content-Type": "text/html"}
    site.pages["/closed"] = Said(headers=tags, body=linked(of(6)))
    changed = {
        1: of(1, worksFor={"@type": "Organization", "name": "Sample Labs"}),
        2: of(2, jobTitle="Director"),
        4: of(4, url="https://example.org/people/forty"),
    }
    later = [changed.get(number) or of(number) for number in numbers if number != 3]
    site.pages[PLACE] = linked(*reversed(later))
    days = [str(BEGAN.date())]
    for _ in range(3):
        time.next_day()
        days.append(str(time.now.date()))
        assert watching.collect().failed == 1
    assert watching.absences() == {
        "https://example.org/people/4": "merged",
        "https://example.org/people/6": "hidden",
    }
    came = came_of(watching, "Example Corp", days)
    assert came.moves == ["https://example.org/people/1: Example Corp > Sample Labs"]
    assert came.links == ["https://example.org/people/1"]
    assert came.verdicts == ["baseline", "accepted", "accepted", "accepted"]
