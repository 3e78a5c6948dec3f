"""Who answers for a decision, under which rule, and why."""
