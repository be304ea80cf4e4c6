"""The report of a run: one page that shows what was made, what failed, and what it cost."""

from flows.report.page import write_report

__all__ = ["write_report"]
