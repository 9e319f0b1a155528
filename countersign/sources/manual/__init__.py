"""Figures that people measure and enter by hand, such as brand recall from a survey."""
