"""The ratios as a chart: a bar for the median, a line for the spread, a mark for the aim. SVG, for light and dark pages.

A noisy row has no bar, only its spread.
"""

from xml.sax.saxutils import escape

LABEL, WIDTH, ROW, HEAD = 660, 330, 24, 46
STYLE = """<style>
  text { font: 13px system-ui, sans-serif; fill: #222 } .small { font-size: 11px; fill: #666 } .title { font-weight: 600 }
  .page { fill: #fff } .bar { fill: #4a7fb5 } .spread { stroke: #222; stroke-width: 1.5 } .aim { stroke: #c0392b; stroke-width: 2 }
  .grid { stroke: #ddd }
  @media (prefers-color-scheme: dark) { text { fill: #ddd } .small { fill: #999 } .page { fill: #16191d } .spread { stroke: #eee }
    .grid { stroke: #333 } .bar { fill: #5b93cc } .aim { stroke: #ff7865 } }
</style>"""
PEERS = ("php", "express", "fastify", "Perl", "better-auth", "LemonLDAP", "openssl_verify", "WordPress")


def is_beside_peer(row):
    return any(word in row["limit"] for word in PEERS)


PANELS = [("Share of a limit that is measured in the same run", lambda row: not row["at_most"] and not is_beside_peer(row), 2,
           (0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2)),
          ("Times as long as without the trouble, as many instructions as the limit (at most)", lambda row: row["at_most"] and not is_beside_peer(row), None, None),
          ("Times as many answers as", lambda row: is_beside_peer(row) and not row["at_most"], None, None)]


def svg(rows):
    parts, top = [], 0
    ratios = [row for row in rows if row["unit"] == "x"]
    for title, belongs, most, grid in PANELS:
        chosen = [row for row in ratios if belongs(row)]
        if chosen:
            most_here = most or 1.1 * max(row["highest"] for row in chosen)
            parts += panel(title, chosen, top, most_here, grid or range(0, int(most_here) + 1, max(1, int(most_here) // 6)))
            top += HEAD + ROW * len(chosen) + 16
    width = LABEL + WIDTH + 60
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" width="{width}" height="{top}" role="img" '
                      'aria-label="What Cardea costs, beside limits measured in the same run">', STYLE,
                      f'<rect class="page" width="{width}" height="{top}"/>', *parts, "</svg>", ""])


def panel(title, rows, top, most, grid):
    def at(value):
        return LABEL + WIDTH * min(value, most) / most
    bottom = top + HEAD + ROW * len(rows)
    yield f'<text class="title" x="10" y="{top + 20}">{escape(title)}</text>'
    for value in grid:
        yield f'<line class="grid" x1="{at(value):.1f}" x2="{at(value):.1f}" y1="{top + HEAD - 8}" y2="{bottom}"/>'
        yield f'<text class="small" x="{at(value):.1f}" y="{top + HEAD - 12}" text-anchor="middle">{value:g}</text>'
    for number, row in enumerate(rows):
        y = top + HEAD + ROW * number + 9
        yield f'<text x="{LABEL - 10}" y="{y + 4}" text-anchor="end">{escape(row["figure"])}<tspan class="small"> ÷ {escape(row["limit"])}</tspan></text>'
        if row["value"] is not None:
            yield f'<rect class="bar" x="{LABEL}" y="{y - 6}" width="{at(row["value"]) - LABEL:.1f}" height="12"/>'
        yield f'<line class="spread" x1="{at(row["lowest"]):.1f}" x2="{at(row["highest"]):.1f}" y1="{y}" y2="{y}"/>'
        if row["wanted"]:
            yield f'<line class="aim" x1="{at(row["wanted"]):.1f}" x2="{at(row["wanted"]):.1f}" y1="{y - 9}" y2="{y + 9}"/>'
        shown = "noisy" if row["value"] is None else f"{row['value']:.2f}"
        yield f'<text class="small" x="{at(row["highest"]) + 6:.1f}" y="{y + 4}">{shown}</text>'
