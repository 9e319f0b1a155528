"""Where data comes from: one folder per vendor, files/ for drops, demo/ for the demo company."""
