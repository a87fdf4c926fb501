"""Somebody who is gone for some looks and comes back under another id is one person."""

import pytest
from story import Job, Profile, World, crowd, job, profile

DAYS = ("2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01", "2024-05-01")
AUDIENCE = crowd("Meta", 60)
PAGE = "https://x.example/ada"
Looks = tuple[tuple[str, Profile] | None, ...]
"""At each look, an id and a profile, or nobody."""


def page(*jobs: Job, name: str = "Ada Ex", url: str | None = PAGE) -> Profile:
    """Return a profile of this name."""
    return profile(*jobs, name=name, **({} if url is None else {"url": url}))


def named(prefix: str, looks: Looks) -> Looks:
    """Give ids, pages and names of a story words of its own: stories are played side by side."""
    return tuple(look and (f"{prefix}-{look[0]}", _own(prefix, look[1])) for look in looks)


def _own(prefix: str, shown: Profile) -> Profile:
    """Give a profile a name and a page of its own story."""
    name = " ".join(f"{word}{prefix}" for word in shown["name"].split())
    url = {"url": f"{shown['url']}/{prefix}"} if "url" in shown else {}
    return {**shown, "name": name, **url}


EARL, PARL = job("Earl", "2008-02", "2013-03"), job("Parl", "2013-03")
LEFT = job("Parl", "2013-03", "2024-02")
SENATE = job("Senate", "2024-02")
STORIES: dict[str, tuple[Looks, list[str]]] = {
    "undated": (
        (("k1", page(job("Earl"))), None, ("k2", page(job("Parl")))),
        ["earl -> parl left 2024-01-02..2024-03-01 joined 2024-01-02..2024-03-01"],
    ),
    "for three looks": (
        (("k1", page(job("Earl"))), None, None, None, ("k2", page(job("Parl")))),
        ["earl -> parl left 2024-01-02..2024-05-01 joined 2024-01-02..2024-05-01"],
    ),
    "at the same job": ((("k1", page(job("Earl"))), None, ("k2", page(job("Earl")))), []),
    "with a history": (
        (
            ("k1", page(EARL, PARL, url=None)),
            None,
            ("k2", page(EARL, LEFT, SENATE, url=None)),
        ),
        ["parl -> senate left 2024-02-01..2024-02-29 joined 2024-02-01..2024-02-29"],
    ),
    "back to the first id": (
        (("k1", page(job("Earl"))), ("k2", page(job("Earl"))), ("k1", page(job("Parl")))),
        ["earl -> parl left 2024-02-02..2024-03-01 joined 2024-02-02..2024-03-01"],
    ),
    "under three ids": (
        (
            *(("k1", page(job("Earl"))), None, ("k2", page(job("Earl"))), None),
            ("k3", page(job("Parl"))),
        ),
        ["earl -> parl left 2024-03-02..2024-05-01 joined 2024-03-02..2024-05-01"],
    ),
    "another person of the page": (
        (("k1", page(job("Earl"))), None, ("k2", page(job("Parl"), name="Bob Ex"))),
        [],
    ),
    "another person of the page at once": (
        (("k1", page(job("Earl"), name="Ada")), ("k2", page(job("Parl"), name="Bob"))),
        [],
    ),
}


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> World:
    """Play all stories side by side."""
    world = World(tmp_path_factory.mktemp("ids"))
    stories = [named(key.replace(" ", ""), looks) for key, (looks, _) in STORIES.items()]
    for number, day in enumerate(DAYS):
        shown = [looks[min(number, len(looks) - 1)] for looks in stories]
        world.observe(day, AUDIENCE | dict(look for look in shown if look is not None))
    world.run()
    return world


@pytest.mark.parametrize("story", STORIES)
def test_who_comes_back_under_another_id_goes_on(played, story):
    """What the profile shows is the next move of the person, and nothing is told twice."""
    mine = f"{story.replace(' ', '')}-"
    moves = [line.split(": ", 1)[1] for line in played.moves(held=None) if line.startswith(mine)]
    assert [line for line in moves if "2024" in line] == STORIES[story][1]


@pytest.mark.slow
@pytest.mark.parametrize("ids", ["former", "other"])
def test_a_team_that_goes_as_the_source_changes_its_ids_is_held_no_more_than_before(tmp_path, ids):
    """Ten of forty people go to a known place: so many are no change of the organisations."""
    world = World(tmp_path)
    staff = range(40)
    for day, prefix, gone in (("2024-01-01", "former", 0), ("2024-02-01", ids, 10)):
        at = {number: "Parl" if number < gone else "Earl" for number in staff}
        shown = {
            f"{prefix}-{number}": page(
                job(at[number]), name=f"Ada Ex{number}", url=f"{PAGE}/{number}"
            )
            for number in staff
        }
        world.observe(day, {**crowd("Meta", 300), **crowd("Parl", 8), **shown})
    world.run()
    assert len(world.moves(held=None)) == 10
    assert world.moves(held=True) == []
