"""Files of the Beneficial Ownership Data Standard 0.4 and of FollowTheMoney as rows, which a mapping reads like any other's.

A file holds records that refer to each other, in any order: it is read twice, first for what its records are, then row by row. A
row is a party, or one interest of one party in another; the mappings `bods` and `ftm` say what it means. An id that one of our own
exports made of a person (`enterprise#name`) is read as that person at that enterprise, and no other id with a `#` is.

Sources: https://standard.openownership.org/en/0.4.0/, https://followthemoney.tech/explorer/.

Invariants (tests/unit/test_loaders_standards.py holds one test a number)
1. Every party and every interest of the file is a row, numbered by the statement that says it; a later statement of a record takes
   the place of an earlier one.
2. What cannot be read, or is not of the shape that the standard gives it, is an error with its number and field, and the rest of
   the file is still read.
3. An owner whom nobody names is a reason on the enterprise, never a person.
4. What is no party and no interest is passed over and named, never guessed; kinship is never read.
5. Two persons of one name at one enterprise whom an export of ours tells apart stay two.
6. What has no word here, such as a day of birth, is counted and told of at the end.
7. Of several values where one is meant none is taken for the others: the share or day lies between them.
8. An id with a `#` that no export of ours made is an id like any other, with `%23` in its place.
9. A bound that does not belong to a share is not taken for one that does; bounds between which no share lies are an error.
"""

from loaders.standards.bods import read_bods
from loaders.standards.common import COLUMNS
from loaders.standards.ftm import read_ftm

__all__ = ["COLUMNS", "read_bods", "read_ftm"]
