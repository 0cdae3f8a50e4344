"""coursepush: preview, apply and undo pushes of grading setup from course masters to courses and sections."""
