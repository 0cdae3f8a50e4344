"""The push panel: what to push (choices), what it would do (preview), doing it (run), two ways side by side."""
