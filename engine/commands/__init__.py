"""The command line: works made in this process by the same worker that serves the studio."""
