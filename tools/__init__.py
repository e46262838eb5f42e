"""Scripts of this repository that nobody needs to use socialsync."""
