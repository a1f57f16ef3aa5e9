"""The commands on exercises: new, worksheet, check, variants."""
