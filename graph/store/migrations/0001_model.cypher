// What a store in Neo4j is found by. Nodes of the record: Store (one, the writers' lock), Audit, Fact, Sealed, Mark, Name.
// Nodes for reading: Party, Decision, Finding, Event (docs/neo4j.md). Every statement may be run again.
CREATE CONSTRAINT zeren_store IF NOT EXISTS FOR (n:Store) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT zeren_migration IF NOT EXISTS FOR (n:Migration) REQUIRE n.number IS UNIQUE;
CREATE CONSTRAINT zeren_audit IF NOT EXISTS FOR (n:Audit) REQUIRE n.version IS UNIQUE;
CREATE CONSTRAINT zeren_fact IF NOT EXISTS FOR (n:Fact) REQUIRE n.seq IS UNIQUE;
CREATE CONSTRAINT zeren_sealed IF NOT EXISTS FOR (n:Sealed) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT zeren_mark IF NOT EXISTS FOR (n:Mark) REQUIRE n.name IS UNIQUE;
CREATE CONSTRAINT zeren_name IF NOT EXISTS FOR (n:Name) REQUIRE n.text IS UNIQUE;
CREATE CONSTRAINT zeren_party IF NOT EXISTS FOR (n:Party) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT zeren_decision IF NOT EXISTS FOR (n:Decision) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT zeren_finding IF NOT EXISTS FOR (n:Finding) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT zeren_event IF NOT EXISTS FOR (n:Event) REQUIRE n.id IS UNIQUE;
CREATE INDEX zeren_audit_at IF NOT EXISTS FOR (n:Audit) ON (n.at);
CREATE INDEX zeren_fact_key IF NOT EXISTS FOR (n:Fact) ON (n.key);
CREATE INDEX zeren_fact_id IF NOT EXISTS FOR (n:Fact) ON (n.id);
CREATE INDEX zeren_fact_kind IF NOT EXISTS FOR (n:Fact) ON (n.kind, n.seq);
CREATE INDEX zeren_party_uscc IF NOT EXISTS FOR (n:Party) ON (n.uscc);
CREATE INDEX zeren_decision_date IF NOT EXISTS FOR (n:Decision) ON (n.date);
CREATE FULLTEXT INDEX zeren_about IF NOT EXISTS FOR (n:Fact) ON EACH [n.about] OPTIONS {indexConfig: {`fulltext.analyzer`: 'keyword'}};
CREATE FULLTEXT INDEX zeren_words IF NOT EXISTS FOR (n:Name) ON EACH [n.words] OPTIONS {indexConfig: {`fulltext.analyzer`: 'keyword'}};
CREATE FULLTEXT INDEX names IF NOT EXISTS FOR (n:Party|Decision) ON EACH [n.names, n.number] OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}};
