"""Charts of the look on pyqtgraph. Loading that library takes a while: import this package beside the event loop."""

from desktop.views.charts.drawing import Band, Chart, Line, Mark, draw_chart
from desktop.views.charts.plot import Plot

__all__ = ["Band", "Chart", "Line", "Mark", "Plot", "draw_chart"]
