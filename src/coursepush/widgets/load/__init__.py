"""The load panel: an extract is dropped or chosen, looked through, mended and loaded; the next one refreshes."""
