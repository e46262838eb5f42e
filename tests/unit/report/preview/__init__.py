"""What the preview promises: the likeness, the comparison, the pages and the calendar file."""
