-- One row a course and field that the push wrote: its value before (former), after (pushed) and now, as text.
{selects}
