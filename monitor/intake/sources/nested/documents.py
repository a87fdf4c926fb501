"""Documents in which people, organisations and roles stand apart: joined into a record a person."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from monitor.base.records import Json

Node = dict[str, Any]


def popolo(document: Json) -> Iterator[Json]:
    """Join the memberships of a Popolo document to its persons, and organisations to those.

    Popolo: https://www.popoloproject.com/specs/
    """
    if not isinstance(document, dict):
        return
    organizations, posts = (_by_id(document, key) for key in ("organizations", "posts"))
    memberships: dict[str, list[Node]] = {}
    for membership in _nodes(document.get("memberships")):
        post = posts.get(str(membership.get("post_id")), {})
        organization = membership.get("organization_id") or post.get("organization_id")
        joined = {
            "organization": organizations.get(str(organization)),
            "on_behalf_of": organizations.get(str(membership.get("on_behalf_of_id"))),
            "post": post,
            **{key: value for key, value in membership.items() if value is not None},
        }
        memberships.setdefault(str(membership.get("person_id")), []).append(joined)
    for person in _nodes(document.get("persons")):
        own = [*_nodes(person.get("memberships")), *memberships.pop(str(person.get("id")), [])]
        yield {**person, "memberships": own}
    for listed in memberships.values():
        # Whoever is a member and no person of the document is known by an id alone.
        yield {"id": listed[0].get("person_id"), "memberships": listed}


def schemaorg(document: Json) -> Iterator[Json]:
    """Find the persons of a JSON-LD document, with what its other nodes say of them.

    schema.org: https://schema.org/Person, https://schema.org/Role
    """
    by_id: dict[str, Node] = {}
    walked = list(_walked(document))
    for node in walked:
        if "@id" in node:
            # What several nodes say under one id is said of one thing; what the first says stands.
            by_id[str(node["@id"])] = {**node, **by_id.get(str(node["@id"]), {})}
    nodes = {id(whole): whole for node in walked for whole in [_resolved(node, by_id)]}
    listed = _listed_people(nodes.values(), by_id)
    for place, node in nodes.items():
        if "Person" in _types(node) and not _points(node):
            yield _schema_person({**listed.get(place, {}), **node}, by_id)


READERS: Mapping[str, Callable[[Json], Iterator[Json]]] = {
    "popolo": popolo,
    "schemaorg": schemaorg,
}
"""What is done with each JSON text of a layout that names a reader."""


_LISTS = {
    "employee": "worksFor",
    "employees": "worksFor",
    "member": "affiliation",
    "alumni": "alumniOf",
}
"""By what an organisation calls its people: what people call the organisation."""


def _nodes(value: Json) -> list[Node]:
    return [node for node in value if isinstance(node, dict)] if isinstance(value, list) else []


def _by_id(document: Node, key: str) -> dict[str, Node]:
    return {str(node["id"]): node for node in _nodes(document.get(key)) if node.get("id")}


def _walked(value: Json) -> Iterator[Node]:
    """Every node of a document, the outer before the inner; without recursion, however deep."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
        inside = value.values() if isinstance(value, dict) else value
        if isinstance(value, dict | list):
            waiting.extend(reversed([part for part in inside if isinstance(part, dict | list)]))


def _types(node: Node) -> set[str]:
    types = node.get("@type")
    listed = types if isinstance(types, list) else [types]
    return {str(kind).rpartition("/")[2].rpartition(":")[2] for kind in listed}


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _points(node: Node) -> bool:
    """Whether nothing is said of what a node points at."""
    return "@id" in node and node.keys() <= {"@id", "@type"}


def _listed_people(nodes: Iterable[Node], by_id: Mapping[str, Node]) -> dict[int, Node]:
    """What organisations say of the people whom they list, as those would say it themselves."""
    listed: dict[int, Node] = {}
    for organization in nodes:
        for key, of_person in _LISTS.items():
            for value in _listed(organization.get(key)):
                person = _resolved(value, by_id)
                said: Json = organization
                if isinstance(person, dict) and key in person:  # a role, with the person inside
                    said = {**person, of_person: organization}
                    said.pop("@id", None)  # what is said under it lacks the organisation
                    person = _resolved(person[key], by_id)
                if isinstance(person, dict) and "Person" in _types(person):
                    listed.setdefault(id(person), {}).setdefault(of_person, []).append(said)
    return listed


def _schema_person(node: Node, by_id: Mapping[str, Node]) -> Node:
    same = [address for address in _listed(node.get("sameAs")) if isinstance(address, str)]
    parts = (node.get("givenName"), node.get("familyName"))
    name = node.get("name") or " ".join(part for part in parts if isinstance(part, str))
    title = _named(next(iter(_listed(node.get("jobTitle"))), None), by_id)
    positions = [
        position
        for key in ("worksFor", "affiliation", "alumniOf")
        for value in _listed(node.get(key))
        if (position := _schema_position(key, value, by_id))
    ]
    for position in positions:
        # The title stands beside the employer, unless a role says it.
        if position["of"] == "worksFor" and not position["title"]:
            position["title"] = title
    identity = node.get("@id") or node.get("url") or next(iter(same), None) or name
    return {
        "id": identity,
        "node": node.get("@id"),
        "title": title,
        "name": name,
        "url": node.get("url") or next(iter(same), None),
        "same_as": same,
        "positions": positions,
    }


def _schema_position(key: str, value: Json, by_id: Mapping[str, Node]) -> Node | None:
    node = _resolved(value, by_id)
    role: Node = {}
    if isinstance(node, dict) and key in node:
        role, node = node, _resolved(node[key], by_id)
    types = _types(node) if isinstance(node, dict) else set()
    school = key == "alumniOf" and bool(types & {"EducationalOrganization", "CollegeOrUniversity"})
    organization = _named(node, by_id)
    if not organization:
        return None
    return {
        "of": key,
        "organization": organization,
        "title": _named(role.get("roleName"), by_id),
        "kind": "education" if school else None,
        "start": role.get("startDate"),
        "end": role.get("endDate"),
        # Whoever is an alumnus of a place is there no longer.
        "current": False if key == "alumniOf" else None,
    }


def _resolved(value: Json, by_id: Mapping[str, Node]) -> Json:
    """All that is said under the id of a value, if it has one."""
    return by_id[str(value["@id"])] if isinstance(value, dict) and "@id" in value else value


def _named(value: Json, by_id: Mapping[str, Node]) -> str | None:
    value = _resolved(value, by_id)
    if isinstance(value, dict):
        value = next(iter(_listed(value.get("name"))), None)
    return value if isinstance(value, str) else None
