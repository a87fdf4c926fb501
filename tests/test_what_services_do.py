"""What services are known to do, and the test of each: none of these is without one."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent
CLIENT, DOUBT, ORCID = "test_collecting.py", "test_services_in_doubt.py", "test_orcid.py"
LICENSED, PAGES, GITHUB = "test_licensed_services.py", "test_team_pages.py", "test_github.py"
WIKIDATA, OPENALEX, FORMATS = "test_wikidata.py", "test_openalex.py", "test_formats.py"
ALL, GIT, QUIRKS = "test_all_services_at_once.py", "test_git_source.py", "test_quirks_of_files.py"
GIVEN_ON = "test_names_given_on.py"
TROUBLED = "test_troubled_services.py"
REGISTRIES, EXPLAINED = "test_imported.py", "test_explained_absences.py"
CELLS = {
    # of all
    "200, then 304 with the marks word for word": (CLIENT, "what_did_not_change_is_neither_sent"),
    "429 with seconds, with a date, with nothing": (CLIENT, "too_busy_is_asked_again_when"),
    "503, then 200": (LICENSED, "an_overload_of_coresignal_is_tried_again"),
    "JSON that is cut off; another content type": (DOUBT, "answer_of_another_kind_says_nothing"),
    "a body over the cap": (CLIENT, "an_answer_that_is_too_large_is_refused"),
    "a redirect to a private address": (CLIENT, "redirect_into_a_private_network"),
    "an answer that unpacks to far more": (CLIENT, "an_answer_that_unpacks_to_far_more"),
    "robots rules that move, age, fail, and ask for minutes": (
        CLIENT,
        "robots_rules_are_read_again_after_a_day",
    ),
    "robots rules of each shape": (CLIENT, "robots_rules_of_any_shape_are_understood"),
    "an answer that drips": (CLIENT, "an_answer_that_drips_is_cut_off"),
    "fields that nobody knows; all null": (DOUBT, "record_in_which_all_is_null"),
    "names of any script": (WIKIDATA, "names_of_any_script_are_kept"),
    "lists in another order": (DOUBT, "record_of_orcid_that_is_written_otherwise"),
    "the same with lists turned round, letters in parts and unknown keys, at each kind": (
        ALL,
        "what_did_not_change_costs_nothing",
    ),
    "the same data again": (ALL, "what_did_not_change_costs_nothing"),
    "gone, withdrawn, merged": (ORCID, "two_collections_tell_one_move_of_the_one_who_moved"),
    "a merged record at any address": (DOUBT, "at_any_address_exactly_the_one_who_moved"),
    "a person at several sources": (ALL, "a_person_at_several_sources_counts_once"),
    "killed in the middle": ("test_collecting_commands.py", "a_killed_collection_sends_no_request"),
    "hidden, locked, deleted, merged: not missing": (EXPLAINED, "of_five_people_the_one_who_moved"),
    "thirty troubles, at each kind": (TROUBLED, "no_trouble_of_a_service_takes_anybody_for_gone"),
    "a good status with nothing in it": (TROUBLED, "an_answer_of_nobody_is_no_answer"),
    "the same page for ever": (CLIENT, "the_last_page_given_again_ends_a_list"),
    "the same people for ever": (CLIENT, "a_list_that_names_the_same_people_for_ever_ends"),
    "404 of everybody": (TROUBLED, "a_service_that_moved_deletes_nobody"),
    "404 of all of a few": (TROUBLED, "whoever_is_not_found_is_hidden_unless_most_of_five_or_all"),
    "a wait of years": (CLIENT, "a_service_that_asks_for_a_long_wait_is_left_alone_until_then"),
    "other limits than today's": (DOUBT, "a_service_is_asked_for_so_many_at_once_as"),
    "an id that changed": (TROUBLED, "the_record_of_somebody_else_makes_nobody_one"),
    "many who may not be read": (ORCID, "many_in_a_row_who_may_not_be_read_stop_nobody_else"),
    # ORCID
    "two summaries in one group": (ORCID, "several_sources_that_state_one_job_are_one_job"),
    "a date without a month": (ORCID, "dates_are_told_as_far_as_they_go"),
    "an end that is gained; a title edited": (ORCID, "two_collections_tell_one_move"),
    "a put-code replaced; a section made private": (DOUBT, "of_orcid_that_is_written_otherwise"),
    "expanded-result null": (ORCID, "a_search_that_finds_nobody_is_no_error"),
    "rows and start over their limits": (ORCID, "more_hits_than_are_shown_is_halved"),
    "429 in plain text": (ORCID, "the_quota_of_a_day_parks_the_source"),
    "a deprecated record": (ORCID, "a_merged_record_stays_under_the_id"),
    "409 of both kinds": (ORCID, "a_locked_deactivated_or_unclaimed_record"),
    "ids of other registers than ROR": (ORCID, "an_organisation_is_named_by_its_register"),
    "403 of a record that is not public": (ORCID, "a_record_that_is_not_public_is_hidden_at_once"),
    "two merged records, both followed": (ORCID, "of_two_records_that_were_merged_the_remaining"),
    # OpenAlex
    "no key; both generations of headers": (OPENALEX, "a_spent_allowance_parks_the_source"),
    "the last cursor is null": (OPENALEX, "authors_of_an_institution_are_found_page_by_page"),
    "a merged author; nobody leaves": (OPENALEX, "nobody_leaves_by_papers"),
    "years with gaps": (OPENALEX, "an_affiliation_begins_in_its_first_year"),
    "a new affiliation by an old paper": (DOUBT, "a_new_affiliation_by_an_old_paper_is_history"),
    # GitHub
    "pages by Link": (GITHUB, "members_are_read_page_by_page"),
    "both kinds of limits, in REST and GraphQL": (GITHUB, "both_kinds_of_limits_are_waited_for"),
    "a partial error with 200": (GITHUB, "a_batch_costs_one_request_and_says_who_is_gone"),
    "a login that another account takes": (DOUBT, "another_user_under_a_known_login"),
    "a name that somebody else takes, at each service": (GIVEN_ON, "whoever_has_a_name_after"),
    "an id that is written wrong": (GIVEN_ON, "one_id_that_is_written_wrong_stops_none"),
    "several employers in one text": (GITHUB, "a_free_text_names_employers_of_now_and_before"),
    "a blog that is empty": (GITHUB, "users_are_named_by_login_and_followed_by_number"),
    # Wikidata
    "precisions, zeros, padded years, Julian, BCE": (WIKIDATA, "of_a_time_counts_what_its"),
    "ranks; ends of an unknown day, or none": (WIKIDATA, "ranks_ends_and_unknown_employers"),
    "a merged item": (WIKIDATA, "of_five_people_exactly_the_one_who_moved"),
    "claims as an empty list": (WIKIDATA, "an_empty_item_of_php_is_a_person"),
    "maxlag with 200": (WIKIDATA, "a_lag_is_waited_for"),
    "absent bindings, blank nodes": (WIKIDATA, "passes_over_blank_nodes"),
    "a query cut off with 200, or out of time with 500 and 504": (
        WIKIDATA,
        "a_query_that_is_cut_off_is_asked_for_fewer",
    ),
    # People Data Labs and Coresignal
    "true in the place of a text": (LICENSED, "a_record_of_people_data_labs_is_read"),
    "a rate header in single quotes": (LICENSED, "the_limit_of_a_minute_is_waited_for"),
    "no primary job": (LICENSED, "a_record_without_a_primary_job"),
    "opted out, by the changelog": (LICENSED, "who_opted_out_is_hidden_at_once"),
    "scrolling": (LICENSED, "a_search_is_scrolled"),
    "402": (LICENSED, "without_credits_the_source_is_left_alone"),
    "dates in four forms": (LICENSED, "a_record_of_coresignal_is_read"),
    "the mark of the next page, with quotes": (LICENSED, "a_search_of_coresignal_finds_people"),
    "what is posted of changes, in an array and twice": (LICENSED, "what_coresignal_posts"),
    "is_deleted": (LICENSED, "who_was_deleted_is_withdrawn"),
    "deleted jobs of the base tier": (FORMATS, "the_table_of_formats_is_in_step"),
    # pages
    "one broken block among several": (PAGES, "one_broken_block_loses_no_other"),
    "@graph with @id, roles in roles, several titles": (PAGES, "people_of_a_graph_are_read"),
    "a roster that shrinks": (PAGES, "a_roster_that_shrinks_from_a_hundred_to_three"),
    "two reads before a removal": (PAGES, "gone_from_a_page_after_two_looks"),
    "robots rules in trouble, and the longest match": (PAGES, "robots_rules_decide_whether"),
    "noindex, for all or for us": (
        PAGES,
        "a_page_that_wants_to_be_read_no_more_hides_its_people_at_once",
    ),
    "microdata": (PAGES, "microdata_are_read_where_there_is_no_linked_data"),
    # LinkedIn, registries and civic files
    "notes or none, a mark, breaks in cells, empty rows, rows twice": (
        QUIRKS,
        "connections_of_linkedin_are_read_however",
    ),
    "an empty end": (QUIRKS, "positions_of_linkedin_without_an_end_go_on"),
    "200 with errors of ROR": (QUIRKS, "an_answer_of_ror_that_is_an_error"),
    "a withdrawn record with a successor": (REGISTRIES, "ror_is_read_with_its_names"),
    "duplicates that lead in a ring": (QUIRKS, "duplicates_of_gleif_lead_along_their_chain"),
    "texts within $": (REGISTRIES, "the_golden_copy_of_gleif_is_read"),
    "from the current list to the historical, an end brought forward": (
        QUIRKS,
        "a_member_of_congress_whose_term_is_shortened",
    ),
    "an organisation with from in its name": (GIT, "gitdm_keeps_logins_and_dates"),
    "a pointer of LFS": (GIT, "a_pointer_of_lfs_is_named"),
}
"""By what a service does, the file of its test and words of the test's name."""


def test_what_a_service_is_known_to_do_has_its_test():
    """A test that is renamed or dropped is missed here."""
    for cell, (file, words) in CELLS.items():
        text = (TESTS / file).read_text(encoding="utf-8")
        found = re.search(rf"^def test_\w*{words}", text, re.MULTILINE)
        assert found, f"{cell} -> {file}: {words}"
