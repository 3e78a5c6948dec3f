-- Ordering jobs is a permission of its own: a token that may run them may order them too.
UPDATE tokens SET scopes = (
    SELECT json_group_array(value) FROM (SELECT value FROM json_each(tokens.scopes) UNION SELECT 'job.order' ORDER BY value)
) WHERE EXISTS (SELECT 1 FROM json_each(tokens.scopes) WHERE value = 'job.run');
