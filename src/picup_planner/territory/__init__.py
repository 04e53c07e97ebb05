"""Reads a territory folder and finds everything wrong with it at once."""
