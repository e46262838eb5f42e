"""Everything that knows Wix: HTTP, routes, JSON shapes, media."""
