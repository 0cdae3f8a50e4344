"""A small extract, as the files of a folder, for tests that break one thing in it at a time."""

from __future__ import annotations

from pathlib import Path

from coursepush.model.tables import TABLES

# A district with one of everything, in which nothing is to be refused or warned of.
GOOD: dict[str, str] = {
    "school": "school_id,number,name\n1,010,North\n",
    "calendar": "calendar_id,school_id,end_year,name\n1,1,2027,North 26-27\n2,1,2028,North 27-28\n",
    "term": "calendar_id,term_seq,name\n1,1,S1\n1,2,S2\n",
    "catalog": "catalog_id,name\n1,High School\n2,Middle School\n",
    "catalog_school": "school_id,end_year,catalog_id\n1,2027,1\n",
    "catalog_lock": "catalog_id,lock\n1,categories\n1,course_info.name\n1,course_info.custom.Color\n",
    "grading_task": "task_id,name,is_standard\n1,Semester,f\n2,Quarter,f\n3,Reads,t\n4,Spare,f\n",
    "assessment_test": "test_id,name\n1,MAP\n",
    "grading_scale": "scale_id,name\n1,Letters\n",
    "grading_scale_mark": "scale_id,mark,min_percent,is_passing\n1,A,90,1\n1,F,0,0\n",
    "course_master": "master_id,catalog_id,number,name\n1,1,0101,Algebra\n2,2,0102,Art\n",
    "course": "course_id,calendar_id,master_id,number,name\n1,1,1,0101,Algebra\n2,1,,0102,Band\n",
    "teacher": "teacher_id,name\n1,Ng\n",
    "section": "section_id,course_id,number,teacher_id\n1,1,01,1\n2,1,02,\n",
    "section_term": "section_id,term_seq\n1,1\n",
    "custom_field": "level,owner_id,field,value\nmaster,1,Color,red\ncourse,1,Color,blue\n",
    "master_task": "row_id,owner_id,task_id\n1,1,1\n2,1,2\n9,2,4\n",
    "course_task": "row_id,owner_id,parent_row_id,task_id\n1,1,1,1\n2,1,2,2\n",
    "master_category": "row_id,owner_id,name,weight,task_ids\n1,1,Tests,60,1;2\n2,1,Homework,40,\n",
    "course_category": "row_id,owner_id,parent_row_id,name,weight\n1,1,1,Tests,60\n2,1,2,Homework,40\n",
    "section_category": "row_id,owner_id,parent_row_id,name,weight\n1,1,1,Tests,60\n2,2,1,Tests,60\n",
    "course_grade_calc": "row_id,owner_id,parent_row_id,task_id,term_seq,weight_categories\n1,1,,1,1,yes\n",
    "course_composite": "row_id,owner_id,task_id,term_seq,child_task_id,child_term_seq,weight\n1,1,1,2,2,1,50\n",
    "enrollment": "section_id,student_id\n1,7\n",
    "assignment": "assignment_id,section_id,category_row_id,name,due_date,points\n1,1,1,Quiz,2026-09-01,10\n",
    "assignment_task": "assignment_id,task_id,term_seq\n1,1,1\n",
    "score": "assignment_id,student_id,points\n1,7,9.5\n1,8,3\n",  # student 8 has left: not refused
    "posted_grade": "section_id,student_id,task_id,term_seq,percent\n1,8,1,1,91.25\n",
}


def write_good(folder: Path) -> Path:
    """The good district as CSV files."""
    folder.mkdir()
    for table, text in GOOD.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    return folder


def keep_only(folder: Path, *tables: str) -> None:
    """Take all tables out of `folder` but these and what they refer to."""
    kept: set[str] = set()
    waiting = {*tables, *({"course_master", "course"} if "custom_field" in tables else ())}
    if "catalog_lock" in tables:
        waiting |= {"custom_field", "course_master", "course"}
    while waiting:
        name = waiting.pop()
        kept.add(name)
        waiting |= {column.reference for column in TABLES[name].columns if column.reference} - kept
    for name in GOOD:
        if name not in kept:
            (folder / f"{name}.csv").unlink()


def put(folder: Path, table: str, text: str) -> None:
    (folder / f"{table}.csv").write_text(text, encoding="utf-8", newline="")


def add(folder: Path, table: str, line: str) -> None:
    put(folder, table, GOOD[table] + line + "\n")


# -- what is written ---------------------------------------------------------------------------------
