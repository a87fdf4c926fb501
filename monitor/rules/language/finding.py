"""One rule by what a person calls it."""

from pathlib import Path

from monitor.base.config_files.toml_files import nearest
from monitor.base.errors import UsageError, printable
from monitor.base.settings import Settings
from monitor.identity.organizations import Directory
from monitor.rules.language.loading import load_rules
from monitor.rules.language.model import Rule


def find_rule(settings: Settings, directory: Directory, named: str) -> Rule:
    """A rule by its id, or by the path of a file that need not be among the rules yet.

    Raises UsageError if there is none, or with all that is wrong with it.
    """
    path = Path(named)
    folder = path.parent if path.suffix == ".toml" else settings.rules
    if path.suffix == ".toml" and not path.is_file():
        raise UsageError(f"there is no file {printable(path)}")
    rules = load_rules(folder, directory=directory, settings=settings)
    of_file = {rule.file.name: rule.id for rule in rules.rules}
    wanted = of_file.get(path.name, path.stem) if path.suffix == ".toml" else named
    if wanted in rules.broken:
        raise UsageError(f"the rule {wanted} cannot be used:", *rules.broken[wanted])
    named_rule = next((rule for rule in rules.rules if rule.id == wanted), None)
    if named_rule is None:
        near = nearest(wanted, [rule.id for rule in rules.rules])
        hint = f" (did you mean {near!r}?)" if near else ""
        raise UsageError(f"there is no rule {wanted!r} in {folder}{hint}")
    return named_rule
