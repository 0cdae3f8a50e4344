-- One row a setup row that is linked to the row it should be and equal to it: what is there and has no other
-- verdict. Its verdict is `same`, its parent is the row that is wanted.
{selects}
