-- one row a category, with the weight that is tried
        select r.* replace (coalesce(w.weight, r.weight) as weight)
        from (
            {rows}
        ) as r
        left join (values {weights}) as w(row_id, weight)
            on w.row_id = r.row_id
