-- One row a row or field, with what it is and what stands there in words.
with row_of as (
    select *, {key_of} from {source}
), whole as (
    select element, null::varchar as before, now as after from row_of where field is null and now is not null
), worded as (
{row_words}
), told as (
    select
        r.* exclude key_of,
        {what} as what,
        case when r.now is not null and r.field is not null then {value} end as value_words,
        w.change as row_words
    from row_of as r
    left join worded as w on w.element = r.element and w.after = r.now
    left join ({kinds}) as f on f.field = r.field
    cross join ({bank}) as n
    {named}
)
select
    told.* exclude (place, value_words, row_words),
    case
        when now is null then null
        when field is not null then coalesce(value_words, 'blank')
        else what || coalesce(' (' || row_words || ')', '')
    end as stands
from told
order by place, key nulls first, field nulls first
