"""Write static/css/grid.css: the day grid's places as classes (the CSP allows no inline style).

.venv/bin/python tools/make_grid_css.py > static/css/grid.css
"""

ROWS, SPANS, LANES = 288, 96, 4  # a day in rows of 5 minutes; a slot of up to 8 hours

print("/* Places in the day grid. Written by tools/make_grid_css.py; don't change it by hand. */")
for row in range(1, ROWS + 1):
    print(f".r{row} {{ grid-row-start: {row}; }}")
for span in range(1, SPANS + 1):
    print(f".s{span} {{ grid-row-end: span {span}; }}")
for lane in range(1, LANES + 1):
    print(f".l{lane} {{ grid-column-start: {lane}; }}")
