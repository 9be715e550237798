"""A report as one page of HTML: it opens with no network, runs nothing, and prints well."""

from __future__ import annotations

import html
from pathlib import Path

from data.connectors.safe_csv import whole_file
from desktop.domain.plain_text import readable
from desktop.reports.report_blocks import Block, Chart, Heading, Prose, Report, Table

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 Inter, "Segoe UI", system-ui, sans-serif; color: #14181D; background: #fff; margin: 0 auto;
  max-width: 860px; padding: 32px 24px 64px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 18px; margin: 36px 0 8px; break-after: avoid; }
p { margin: 8px 0; }
.sub, .quiet, figcaption, caption, footer { color: #5B636C; }
.quiet, figcaption, caption, footer { font-size: 12.5px; line-height: 1.45; }
.care { background: #FBF2DD; border-left: 3px solid #8A5A00; padding: 10px 14px; }
figure { margin: 12px 0; break-inside: avoid; }
svg { width: 100%; height: auto; display: block; }
svg text { font-family: inherit; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; margin: 12px 0; }
caption { caption-side: bottom; text-align: left; padding-top: 6px; }
th { text-align: right; font-weight: 600; color: #454D57; border-bottom: 1px solid #858D98; padding: 6px 8px;
  vertical-align: bottom; }
td { text-align: right; border-bottom: 1px solid #E2E5EA; padding: 5px 8px; vertical-align: top; white-space: nowrap; }
td.left { white-space: normal; }
.left { text-align: left; }
tr.strong td { font-weight: 600; background: #F7F8FA; }
footer { border-top: 1px solid #E2E5EA; margin-top: 40px; padding-top: 10px; }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  table { font-size: 9pt; }
  tr { break-inside: avoid; }
}
"""


def write_report_page(path: Path, report: Report) -> None:
    """Write the page, whole or not at all. StoreFailure where it cannot be written."""
    with whole_file(path) as stream:
        stream.write(page(report))


def page(report: Report) -> str:
    """The page as text; everything that people wrote is escaped."""
    body = "\n".join(_block(block) for block in report.blocks)
    return (
        f'<!doctype html>\n<html lang="{_told(report.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_told(report.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<h1>{_told(report.title)}</h1>\n<p class="sub">{_told(report.subtitle)}</p>\n{body}\n'
        f"<footer>{_told(report.foot)}</footer>\n</body>\n</html>\n"
    )


def _told(text: str) -> str:
    return html.escape(readable(text), quote=True)


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"<h2>{_told(block.text)}</h2>"
        case Prose():
            kind = "care" if block.care else "quiet" if block.quiet else ""
            return f'<p class="{kind}">{_told(block.text)}</p>' if kind else f"<p>{_told(block.text)}</p>"
        case Chart():
            return f"<figure>{block.svg}<figcaption>{_told(block.caption)}</figcaption></figure>"
        case Table():
            return _table(block)


def _table(table: Table) -> str:
    def cells(row: tuple[str, ...], tag: str) -> str:
        return "".join(
            f'<{tag} class="left">{_told(cell)}</{tag}>' if at in table.left else f"<{tag}>{_told(cell)}</{tag}>"
            for at, cell in enumerate(row)
        )

    rows = "\n".join(
        f'<tr class="strong">{cells(row, "td")}</tr>' if at in table.strong else f"<tr>{cells(row, 'td')}</tr>"
        for at, row in enumerate(table.rows)
    )
    return (
        f'<div class="scroll"><table><caption>{_told(table.caption)}</caption>'
        f"<thead><tr>{cells(table.columns, 'th')}</tr></thead><tbody>\n{rows}\n</tbody></table></div>"
    )
