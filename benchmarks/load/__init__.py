"""A crowd, large uploads, idlers, strangers and crashes, each beside a single viewer on the same machine."""
