"""A run of the bench as Markdown, as a chart and in one line. The documents' table and chart are made by these functions alone."""

import textwrap

import chart
from limits import made_of
from measure import aim, verdict

BEGIN = "<!-- bench: made by `make publish-bench`, do not edit -->"
END = "<!-- bench: end -->"
WIDEST = 160  # characters of a line


def number(value, row):
    return f"{value:,.{row.get('digits', 2)}f}"


def shown(row):
    """The median with its spread, or the word that there is none."""
    unit = "" if row["unit"] == "x" else " " + row["unit"]
    if row["lowest"] == row["highest"]:
        return number(row["value"], row) + unit
    spread = f"({number(row['lowest'], row)} .. {number(row['highest'], row)})"
    return f"noisy {spread}" if row["value"] is None else f"{number(row['value'], row)}{unit} {spread}"


def cells(row):
    processor = f"{row['processor']:.2f}" if row.get("processor") else ""
    return [row["figure"], row["limit"], shown(row), f"{aim(row)} {verdict(row)}".strip(), processor]


def markdown(bench):
    """The table, and what the limits of the missed figures are made of."""
    lines = wrapped(f"Run of {bench['date']}: {bench['rounds']} rounds of {bench['seconds']} s, {bench['cores']} cores, Linux {bench['kernel']}. "
                    + bench.get("remark", ""), indent="")
    lines += ["", "| figure | beside | median (spread) | aim | processor |", "|---|---|---|---|---|"]
    lines += ["| " + " | ".join(cells(row)) + " |" for row in bench["figures"]]
    missed = [row for row in bench["figures"] if row["met"] is False]
    lines += ["", f"{len(missed)} of {sum(row['wanted'] is not None for row in bench['figures'])} aims are missed."]
    if missed:
        lines += ["What the limits of these figures are made of:", ""]
        said = {row["limit"] or row["figure"]: made_of(row) for row in missed}
        lines += [line for name, sentence in said.items() for line in wrapped(f"- {name}: {sentence}.")]
    for entry in bench["left_out"]:
        lines += wrapped(f"- left out: {entry['figure']}: {entry['reason']}.")
    return "\n".join(lines) + "\n"


def wrapped(text, indent="  "):
    """Lines of at most WIDEST characters; the following ones of a list's point are indented."""
    return textwrap.wrap(text, WIDEST, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def put_into(document, bench):
    """The document's text with the table between its marks."""
    before, _, rest = document.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError("the document has no marks for the table")
    return f"{before}{BEGIN}\n\n{markdown(bench)}\n{END}{after}"


def write_files(bench, directory):
    with open(f"{directory}/bench.md", "w", encoding="utf-8") as file:
        file.write(markdown(bench))
    with open(f"{directory}/bench.svg", "w", encoding="utf-8") as file:
        file.write(chart.svg(bench["figures"]))


def failures(bench):
    return sum(row["failed"] + row["failed_beside"] for row in bench["figures"]) + len(bench["broken"])


def summary(bench):
    rows = bench["figures"]
    noisy = sum(row["value"] is None for row in rows)
    return (f"{len(rows)} figures: {sum(row['met'] is True for row in rows)} met, {sum(row['met'] is False for row in rows)} missed, {noisy} noisy, "
            f"{len(bench['left_out'])} left out; failed answers: ours {sum(row['failed'] for row in rows)}, beside "
            f"{sum(row['failed_beside'] for row in rows)}; parts not finished: {' '.join(bench['broken']) or 'none'}; "
            "written: build/bench/bench.json, bench.md and bench.svg")
