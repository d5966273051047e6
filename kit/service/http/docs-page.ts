import { createHash } from 'node:crypto'
import type { Route } from './route.ts'

type Row = Pick<Route, 'method' | 'path' | 'summary' | 'responses'>

const style =
  'body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ccc;padding:.4rem;text-align:left}'

/** The Content-Security-Policy that the page can live with: its own style, and nothing else. */
export const docsPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const row = ({ method, path, summary, responses }: Row): string =>
  `<tr><td><code>${method.toUpperCase()}</code></td><td><code>${escapeHtml(path)}</code></td><td>${escapeHtml(summary)}</td><td>${Object.keys(responses).join(', ')}</td></tr>`

/** A page for people: every operation in a table, and the way to the document for machines. No script, nothing from elsewhere. */
export const docsPage = (service: string, routes: readonly Row[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(service)} service: API</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(service)} service</h1>
<p>The whole description, for machines: <a href="/openapi.json">/openapi.json</a></p>
<table><thead><tr><th>Method</th><th>Path</th><th>What it does</th><th>Answers</th></tr></thead><tbody>
${routes.map(row).join('\n')}
</tbody></table>
</body>
</html>
`
