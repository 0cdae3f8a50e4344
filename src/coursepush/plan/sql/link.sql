-- step: the link of the present row of one row's pair (RULES.md 2.2). `is_second`: another category is the one that
        -- this parent has here (3.1). `parent_owner_id`: whose the parent is, of a course's row, if there is one still
        case
            when row_id is null then null
            when parent_row_id is null or is_second then 'local'
            when is_link_broken then 'broken'
            when parent_row_id = upper_row_id then 'linked'
            when parent_owner_id is not null then 'broken'
            else 'orphan'
        end
