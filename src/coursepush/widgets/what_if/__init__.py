"""The what-if panel: whom an edit is about (whom), what stands there (setup), scenarios side by side (state)."""
