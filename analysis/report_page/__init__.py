"""The parts of the page that report.py writes: what is kept of each input, in which words, and how it is drawn."""
