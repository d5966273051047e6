import path from 'node:path'
import type TypeScript from 'typescript'

/** A token with its kind instead of its text where the text is the author's own: names, numbers and strings may be anything. */
export interface Token {
  readonly kind: string
  /** From 0. */
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

const TYPESCRIPT = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.tsx', '.jsx']
const HASH_COMMENTS = ['.py', '.rb', '.sh']
const SLASH_COMMENTS = ['.java', '.kt', '.go', '.rs', '.cs', '.scala', '.php', '.c', '.cpp']

/** Is it source code that can be compared? */
export const isSource = (file: string): boolean =>
  [TYPESCRIPT, HASH_COMMENTS, SLASH_COMMENTS].some((all) => all.includes(path.extname(file).toLowerCase()))

let loaded: typeof TypeScript | undefined

/** The tokens of a file: TypeScript and JavaScript by TypeScript's own parser, other languages by a simpler scanner. Comments and layout are none. */
export async function tokensOf(file: string, text: string): Promise<Token[]> {
  if (!TYPESCRIPT.includes(path.extname(file).toLowerCase()))
    return scan(text, HASH_COMMENTS.includes(path.extname(file)))
  loaded ??= (await import('typescript')).default
  return parse(loaded, file, text)
}

function parse(ts: typeof TypeScript, file: string, text: string): Token[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const tokens: Token[] = []
  // Not by recursion: a hostile file may nest deeper than the stack.
  const waiting: TypeScript.Node[] = [source]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const children = node
      .getChildren(source)
      .filter((child) => child.kind < ts.SyntaxKind.FirstJSDocNode || child.kind > ts.SyntaxKind.LastJSDocNode)
    if (children.length > 0) waiting.push(...children.toReversed())
    else if (node.getEnd() > node.getStart(source)) tokens.push(tokenAt(ts, source, node))
  }
  return tokens
}

function tokenAt(ts: typeof TypeScript, source: TypeScript.SourceFile, node: TypeScript.Node): Token {
  const start = source.getLineAndCharacterOfPosition(node.getStart(source))
  const end = source.getLineAndCharacterOfPosition(node.getEnd())
  const at = { line: start.line, column: start.character, endLine: end.line, endColumn: end.character }
  return { kind: String(ts.SyntaxKind[node.kind]), ...at }
}

/** Words that make the shape of a program in most languages; every other word is a name. */
const SHAPING = new Set(
  'if else elif for while do switch case match try catch except finally return break continue def fn func function class struct interface import from new async await yield lambda in is not and or null None nil true false True False'.split(
    ' ',
  ),
)

function scan(text: string, hash: boolean): Token[] {
  const comment = hash ? /#.*/ : /\/\/.*|\/\*[\s\S]*?\*\//
  const pattern = new RegExp(
    `(?<skip>${comment.source}|\\s+)|(?<str>"(?:\\\\.|[^"\\\\\\n])*"|'(?:\\\\.|[^'\\\\\\n])*'|\`[^\`]*\`)|(?<num>\\d[\\w.]*)|(?<word>[\\p{L}_$][\\p{L}\\p{N}_$]*)|(?<sign>\\S)`,
    'gu',
  )
  const tokens: Token[] = []
  let line = 0
  let begin = 0
  for (const found of text.matchAll(pattern)) {
    const [whole] = found
    const groups = found.groups ?? {}
    const column = found.index - begin
    const lines = whole.split('\n')
    const [first, firstColumn] = [line, column]
    line += lines.length - 1
    if (lines.length > 1) begin = found.index + whole.lastIndexOf('\n') + 1
    if (groups.skip !== undefined) continue
    const kind =
      groups.str !== undefined ? 'string' : groups.num !== undefined ? 'number' : (wordKind(groups.word) ?? whole)
    tokens.push({
      kind,
      line: first,
      column: firstColumn,
      endLine: line,
      endColumn: found.index + whole.length - begin,
    })
  }
  return tokens
}

const wordKind = (word: string | undefined): string | undefined =>
  word === undefined || SHAPING.has(word) ? word : 'name'
