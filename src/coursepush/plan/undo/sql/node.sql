-- One row a row that the push wrote, of all tables: why it must stay as it is, if that can be told by itself.
{selects}
