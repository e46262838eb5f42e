"""A folder of HTML pages: every post as its channel would show it, by month, with what a change does to each."""
