import type { Route } from './route.ts'

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const row = ({ method, path, summary, responses }: Route): string =>
  `<tr><td><code>${method.toUpperCase()}</code></td><td><code>${escapeHtml(path)}</code></td><td>${escapeHtml(summary)}</td><td>${Object.keys(responses).join(', ')}</td></tr>`

/** A page for people: every operation in a table, and the way to the document for machines. No script, nothing from elsewhere. */
export const docsPage = (service: string, routes: readonly Route[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(service)} service: API</title>
<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ccc;padding:.4rem;text-align:left}</style>
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
