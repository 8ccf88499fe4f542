"""One file an architecture, its configuration beside it. Networks know no pipeline and no file."""
