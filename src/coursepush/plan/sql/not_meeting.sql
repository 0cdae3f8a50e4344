-- One row a section and a term of its calendar in which it does not meet (RULES.md 5.1).
with meeting as (
    select m.section_id, m.term_seq
    from section_term as m
    semi join {sections} as s on s.section_id = m.section_id
)
select s.section_id, t.term_seq
from {sections} as s
semi join meeting as any_term on any_term.section_id = s.section_id
join term as t on t.calendar_id = s.calendar_id
anti join meeting as m on m.section_id = s.section_id and m.term_seq = t.term_seq
