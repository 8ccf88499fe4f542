"""What stands around the tabs: the queue, the library, the status line, notices, settings, help."""
