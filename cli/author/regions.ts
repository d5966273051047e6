/** Fills the regions `<!-- generated: NAME -->` … `<!-- end -->` of pages whose other words are written by hand. */

const REGION = /<!-- generated: (\S+) -->\n([\s\S]*?)<!-- end -->/g

/** A page's regions by name, in its order, as they stand there. */
export const regionsOf = (text: string): Map<string, string> =>
  new Map([...text.matchAll(REGION)].map(([, name = '', body = '']) => [name, body.trim()]))

/** The page with its regions filled. Throws for a region that nobody writes. */
export const fillRegions = (text: string, bodies: Readonly<Record<string, string>>): string =>
  text.replace(REGION, (_region, name: string) => {
    const body = bodies[name]
    if (body === undefined) throw new Error(`Nobody writes the region "${name}".`)
    return `<!-- generated: ${name} -->\n\n${body}\n\n<!-- end -->`
  })

export const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')

export const mermaid = (lines: readonly string[]): string => `\`\`\`mermaid\n${lines.join('\n')}\n\`\`\``
