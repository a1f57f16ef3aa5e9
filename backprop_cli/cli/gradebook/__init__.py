"""The commands on a gradebook: show, diff, set, import."""
