-- One row a section that a saved plan speaks of.
select section_id from saved_section
