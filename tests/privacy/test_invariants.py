"""Each promise made to reporters is named here with the tests that prove it: one that nothing proves is only words."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROMISES = {f"R{number}" for number in range(1, 15)}
PROOFS: dict[str, dict[str, tuple[str, ...]]] = {
    # Nobody's id or name is kept, in any form.
    "R1": {
        "tests/privacy/test_raw_bytes.py": (
            "test_a_thief_of_everything_on_disk_learns_of_no_reporter",
            "test_each_kind_of_leak_would_be_found",
            "test_a_leak_through_the_services_would_be_found_in_both_runs",
        ),
        "tests/privacy/test_columns.py": (
            "test_every_column_that_can_hold_an_id_or_a_moment_is_listed_with_its_reason",
            "test_every_column_of_the_vault_is_listed_with_its_reason",
        ),
        "tests/logs/test_daily_line.py": ("test_no_report_and_a_thousand_leave_the_same_lines",),
    },
    # No id that Discord made while somebody reported is kept: each is a moment.
    "R2": {
        "tests/privacy/test_flow_ids.py": ("test_no_id_of_the_whole_flow_is_kept",),
        "tests/privacy/test_raw_bytes.py": ("test_a_thief_of_everything_on_disk_learns_of_no_reporter",),
    },
    # No time finer than a week, and no running number.
    "R3": {
        "tests/privacy/test_columns.py": (
            "test_every_column_that_can_hold_an_id_or_a_moment_is_listed_with_its_reason",
            "test_no_table_that_holds_a_member_numbers_its_rows",
            "test_every_column_of_the_vault_is_listed_with_its_reason",
        ),
        "tests/privacy/test_raw_bytes.py": ("test_a_thief_of_everything_on_disk_learns_of_no_reporter",),
        "tests/rules/test_reports.py": ("test_the_finest_time_kept_is_a_week",),
        "tests/vault/test_forgetting.py": ("test_a_minute_changes_the_file_whether_or_not_a_report_came",),
    },
    # No order of arrival.
    "R4": {
        "tests/vault/test_forgetting.py": (
            "test_after_a_rewrite_the_place_in_the_file_says_nothing_about_the_order_of_arrival",
        ),
        "tests/services/test_release.py": ("test_what_is_held_is_written_anew_at_each_run_so_that_no_order_stays",),
        "tests/services/test_filing.py": ("test_cases_are_kept_in_no_order_of_arrival",),
    },
    # Words are sealed, and their length tells one of three sizes.
    "R5": {
        "tests/vault/test_sealing.py": (
            "test_each_of_the_keys_opens_what_was_sealed_and_a_stranger_does_not",
            "test_the_length_of_a_sealed_text_is_one_of_three",
            "test_what_was_tampered_with_is_not_opened",
        ),
        "tests/privacy/test_raw_bytes.py": ("test_a_thief_of_everything_on_disk_learns_of_no_reporter",),
    },
    # The code alone leads back, and a wrong one tells nothing.
    "R6": {
        "tests/services/test_filing.py": (
            "test_a_code_leads_back_and_every_other_word_leads_nowhere",
            "test_right_and_wrong_codes_do_the_same_work",
        ),
        "tests/vault/test_codes.py": (
            "test_every_code_right_or_not_is_stretched_with_the_full_cost",
            "test_the_key_of_a_code_opens_what_was_sealed_to_it_and_no_other_does",
        ),
        "tests/journeys/test_reporting.py": ("test_worker_and_organizer_write_to_each_other_through_the_case",),
    },
    # The same form is one report with one code.
    "R7": {
        "tests/services/test_filing.py": (
            "test_the_same_form_five_times_at_once_is_one_report_with_one_code",
            "test_the_same_form_across_crashes_and_a_release_is_one_report_with_one_code",
            "test_a_crash_while_filing_and_a_second_try_is_one_report",
        ),
        "tests/vault/test_codes.py": ("test_a_token_has_128_bits_and_fits_a_custom_id",),
        "tests/wire/test_steward_reports.py": ("test_the_same_submission_five_times_is_one_report_with_one_code",),
    },
    # Three reports a day from one account, counted in memory alone.
    "R8": {
        "tests/services/test_intake.py": (
            "test_of_twenty_reports_of_one_account_three_a_day_are_taken",
            "test_at_the_limit_no_byte_on_disk_knows_the_account",
            "test_the_count_of_a_day_is_under_a_key_of_that_day_alone",
        ),
    },
    # Released together, at set hours, and nobody is told of one.
    "R9": {
        "tests/rules/test_reports.py": ("test_a_release_waits_for_the_minimum_or_for_the_days",),
        "tests/services/test_release.py": (
            "test_fewer_than_the_minimum_are_held_until_more_have_come",
            "test_what_is_held_is_released_after_seven_days_however_few",
            "test_reports_already_released_do_not_count_for_the_minimum",
        ),
        "tests/journeys/test_reporting.py": (
            "test_nothing_about_a_report_is_ever_public",
            "test_organizers_get_reports_together_and_nobody_is_told_of_one",
        ),
    },
    # All digests together tell no count and no growth.
    "R10": {
        "tests/rules/test_disclosure_histories.py": (
            "test_five_hundred_digests_are_audited_in_each_run",
            "test_all_digests_of_years_with_deletions_tell_no_count_and_no_growth",
            "test_years_with_and_without_deletions_publish_the_same",
            "test_the_reader_convicts_every_other_scheme_of_the_same_years",
            "test_the_reader_finds_what_trying_every_history_finds",
        ),
        "tests/rules/test_disclosure.py": (
            "test_numbers_never_fall_and_grow_by_k_or_more",
            "test_the_auditor_convicts_naive_schemes",
            "test_the_auditor_acquits_the_gate",
            "test_the_auditor_acquits_pairs_with_their_margins",
        ),
        "tests/services/test_digests.py": ("test_all_digests_together_say_nothing_but_at_least",),
    },
    # Whoever files k-1 fakes counts nobody.
    "R11": {
        "tests/rules/test_disclosure.py": (
            "test_the_n_minus_1_attack_counts_exactly_without_secret_steps",
            "test_a_step_is_drawn_anew_only_after_a_move",
        ),
        "tests/rules/test_disclosure_histories.py": (
            "test_all_digests_of_years_with_deletions_tell_no_count_and_no_growth",
            "test_fakes_taken_off_count_the_others_exactly_where_standing_still_proves_something",
        ),
        "tests/journeys/test_digest.py": ("test_reports_that_no_organizer_has_confirmed_are_not_counted",),
    },
    # Files are refused with fixed words and never fetched.
    "R12": {
        "tests/journeys/test_writing.py": (
            "test_files_in_a_direct_message_are_answered_with_fixed_words_and_never_fetched",
        ),
    },
    # A warning before what could tell who wrote.
    "R13": {
        "tests/rules/test_details.py": (
            "test_what_gives_a_writer_away_is_found_and_what_workers_really_write_is_left_alone",
        ),
        "tests/journeys/test_writing.py": (
            "test_what_could_give_one_away_is_quoted_with_its_reason_before_anything_is_sent",
            "test_characters_that_nobody_sees_are_told_of",
        ),
        "tests/words/test_golden.py": ("test_what_is_promised_is_promised_word_for_word",),
    },
    # Kept for so long and no longer, and the day on which the last copy goes is told.
    "R14": {
        "tests/services/test_withdrawing.py": (
            "test_a_case_too_old_to_be_kept_goes_and_its_numbers_stay",
            "test_no_byte_of_a_withdrawn_report_remains",
        ),
    },
}


def test_every_promise_is_proven() -> None:
    assert {promise for promise, proofs in PROOFS.items() if any(proofs.values())} == PROMISES


@pytest.mark.parametrize("promise", PROOFS)
def test_every_proof_that_is_named_exists(promise: str) -> None:
    missing = [
        f"{file}::{name}" for file, names in PROOFS[promise].items() for name in names if name not in held_in(file)
    ]
    assert missing == []


def held_in(file: str) -> set[str]:
    """Return the tests that a file holds, none if there is no such file."""
    path = ROOT / file
    parsed = ast.parse(path.read_text(encoding="utf-8") if path.exists() else "")
    return {node.name for node in parsed.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
