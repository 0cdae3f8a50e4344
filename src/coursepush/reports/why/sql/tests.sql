-- One row a test with that name or, with `is_id`, that id. Parameters: text.
select
    test_id as id,
    coalesce(name, 'test ' || test_id) as called,
    false as is_standard,
    lower(name) is distinct from lower($text) as is_id
from assessment_test
where lower(name) = lower($text) or cast(test_id as varchar) = $text
order by test_id
