"""Bytes that nobody wrote, for the reader of exports."""
