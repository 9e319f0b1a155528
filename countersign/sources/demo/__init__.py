"""The demo company: a seeded simulator that writes vendor-like files, and the truth about them."""

from countersign.sources.demo.writing import DemoCompany, write_demo, write_more_weeks, write_second_week

__all__ = ["DemoCompany", "write_demo", "write_more_weeks", "write_second_week"]
