-- One row a setup row that this push adds, with its id: upward from the largest in use or pointed to, in
-- order of owner and business key (MODEL.md 5).
{selects}
