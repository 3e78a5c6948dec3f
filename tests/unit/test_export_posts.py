"""Posts in the words of other sources."""

import pytest

from graph.export.posts import in_words, out_of_words, post_of


@pytest.mark.parametrize(
    ("word", "post"),
    [
        ("Director", "director"),
        ("Non-Executive  Director", "director"),
        ("BOARD SECRETARY", "board_secretary"),
        ("Company Secretary", ""),  # whose law makes no senior manager of him
        ("Chairman of the board", "chairman"),
        ("legal representative", "legal_representative"),
        ("Art director", ""),
        ("Secretary of state", ""),
        ("other post", ""),
        ("董事", ""),
        ("", ""),
    ],
)
def test_1_a_word_that_has_an_equal_among_our_posts_is_that_post(word, post):
    """1. A word that has an equal among our posts is that post, in capitals or not; any other is none of ours."""
    assert post_of(word) == post


def test_2_what_is_kept_of_a_word_gives_schema_and_word_back():
    """2. What is kept of a word that is none of ours says schema and word, and gives both back."""
    assert out_of_words(in_words("Directorship", "Head: of all")) == ("Directorship", "Head: of all")
    assert out_of_words("Membership") == ("Membership", "")
