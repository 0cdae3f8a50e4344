-- one row a setup row of a course, which hop 1 leaves as it stands
    select
        p.*,
        false as is_new,
        false as is_residual
    from (
        {present}
    ) as p
