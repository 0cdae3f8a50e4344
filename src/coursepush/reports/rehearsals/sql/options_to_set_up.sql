-- One row calculation options of a course: its values, with a calculation where there is none.
select
    owner_id,
    task_id,
    term_seq,
    case calc_type when 'none' then 'in_progress' else calc_type end as calc_type,
    scale_id,
    weight_categories,
    use_percent,
    last_n,
    cumulative_from_term_seq
from course_grade_calc
where list_contains($courses::bigint[], owner_id)
order by owner_id, task_id, term_seq
