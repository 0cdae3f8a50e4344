-- One row a row that the push wrote and a row that, if it stays as it is, keeps the first from going back:
-- it holds the key the first had, hangs on it, or names its task.
{selects}
