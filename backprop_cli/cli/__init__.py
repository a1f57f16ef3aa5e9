"""The command line: small functions that read options, ask the core, and print."""
