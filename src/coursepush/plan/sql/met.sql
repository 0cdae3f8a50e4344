-- One row a pair of {element}, typed: `p_` columns as the present row stands, `w_` as the one above is wanted here.
-- What is linked and equal is left to the step `same`{exception}.
with {handed}wanted as (
    {wanted}
), present as (
    {present}
), {met_as} as (
    {met}
)
select * from met
{where}
