"""A Report becomes text, JSON, Markdown or annotations."""
