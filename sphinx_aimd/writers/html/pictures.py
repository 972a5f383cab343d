"""Pictures of tables as inline SVG; the table beside each says the same in words."""

from __future__ import annotations

from html import escape

from ...model.verdict import WORDS, Verdict
from ...views.table import Table


def coverage_picture(view: Table) -> str:
    """Stacked bars of the coverage table as SVG; the table beside it says the same in words."""
    verdicts = (*reversed([verdict for verdict in Verdict if verdict.counts]), Verdict.NOT_APPLICABLE, Verdict.INACTIVE)
    height, bar, left, width = 26, 16, 250, 520
    total_height = height * len(view.rows) + 8
    about = "Share of clauses by verdict for each instrument; the table below holds the numbers"
    box = f"0 0 {left + width + 60} {total_height}"
    parts = [f'<svg class="aimd-coverage" role="img" aria-labelledby="aimd-coverage-title" viewBox="{box}">']
    parts.append(f'<title id="aimd-coverage-title">{about}</title>')
    for number, row in enumerate(view.rows):
        top = number * height + 4
        total = int(row[2].text)
        label = f"{row[0].text.partition(',')[0]}, {row[1].text}"
        parts.append(f'<text x="{left - 8}" y="{top + 12}" text-anchor="end">{escape(label)}</text>')
        at = 0.0
        counts = dict(zip(Verdict, row[3:], strict=False))
        for verdict in verdicts:
            count = int(counts[verdict].text)
            if not count:
                continue
            share = width * count / total
            word = "evidence complete" if verdict is Verdict.VERIFIED else WORDS[verdict]
            parts.append(
                f'<rect class="aimd-fill-{verdict.value.replace("_", "-")}" x="{left + at:.2f}" y="{top}" '
                f'width="{share:.2f}" height="{bar}">'
                f"<title>{escape(f'{label}: {count} of {total} {word}')}</title></rect>"
            )
            if share >= 24:
                parts.append(
                    f'<text class="aimd-on-{verdict.value.replace("_", "-")}" x="{left + at + share / 2:.2f}" '
                    f'y="{top + 12}" text-anchor="middle">{count}</text>'
                )
            at += share
        parts.append(f'<text x="{left + width + 8}" y="{top + 12}">{total}</text>')
    parts.append("</svg>")
    legend = "".join(map(_legend, verdicts))
    return "".join(parts) + f'<ul class="aimd-legend">{legend}</ul>\n'


def _legend(verdict: Verdict) -> str:
    css = f"aimd-fill-{verdict.value.replace('_', '-')}"
    swatch = f'<rect class="{css}" width="10" height="10"/>'
    word = "evidence complete" if verdict is Verdict.VERIFIED else WORDS[verdict]
    return f'<li><svg class="aimd-swatch" viewBox="0 0 10 10" aria-hidden="true">{swatch}</svg> {escape(word)}</li>'
