"""Proven, explained, published monthly tours for mobile public services."""
