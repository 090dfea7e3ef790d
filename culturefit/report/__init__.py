"""From numbers to pages: report.html, one self-contained file, and the table in the terminal.

`data` loads what runs wrote and `samples` joins it; `words` says numbers in sentences; `overview`, `quality` and
`drilldown` arrange everything for the template; `spans` cuts a reply at its findings; `plot` draws; `html` and
`terminal` write; `make` does all of it.
"""
