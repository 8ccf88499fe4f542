"""What the studio knows, without a widget: the queue, the library, the settings, what comes back after a restart."""
