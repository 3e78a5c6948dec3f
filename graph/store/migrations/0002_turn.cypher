// Whose turn it is to load or to act (graph/store/_neo4j_turn.py): one node a turn, with its holder and until when he has it.
CREATE CONSTRAINT zeren_turn IF NOT EXISTS FOR (n:Turn) REQUIRE n.name IS UNIQUE;
