-- Ends on $day what the profiles of a source tell. Reads nothing. Exists because an operator removed the source, and what it showed before stays known.
UPDATE tenures SET known_until = $day WHERE source = $source AND known_until IS NULL;
UPDATE profile_moves SET known_until = $day WHERE source = $source AND known_until IS NULL;
UPDATE match_keys SET known_until = $day WHERE source = $source AND known_until IS NULL;
UPDATE crowded_profiles SET known_until = $day WHERE source = $source AND known_until IS NULL;
INSERT INTO removed_sources VALUES ($source, $day);
