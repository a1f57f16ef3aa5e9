"""Mark a submission: verdicts, follow-through, reasons, points."""
