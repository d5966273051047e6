/** An arrow of a diagram, with the words on it. */
export interface Arrow {
  readonly from: string
  readonly to: string
  readonly words: string
}

export interface Diagram {
  readonly kind: string
  /** Boxes that are declared, in their order; a state diagram has none. */
  readonly declared: readonly string[]
  readonly arrows: readonly Arrow[]
}

/** The lines that each kind of diagram may have: declarations, arrows, and what else stands there. */
interface Grammar {
  /** A box of its own line, or, in a flowchart, wherever it is met first. */
  readonly declared?: RegExp
  readonly line: RegExp
  readonly other?: RegExp
}

const SHAPE = /(?:\(\[[^\]]*\]\)|\[\([^)]*\)\]|\(\([^)]*\)\)|\["[^"]*"\]|\[[^[\]"]*\]|\{[^}]*\})/
const LINK =
  /(?:-->|-\.->)\|(?:"[^"|]+"|[^"|]+)\||-- (?:"[^"]+"|[\w. -]+?) -->|-\. (?:"[^"]+"|[\w. -]+?) \.->|-->|-\.->/
const BOX = new RegExp(`\\w+(?:${SHAPE.source})?`)
const flowchart: Grammar = {
  declared: new RegExp(`(?<![\\w-])(\\w+)${SHAPE.source}`, 'g'),
  line: new RegExp(`^ +${BOX.source}(?: (?:${LINK.source}) ${BOX.source})*$`),
  other: /^ +(?:subgraph \w+\["[^"]+"\]|end)$/,
}

const grammars: Readonly<Record<string, Grammar>> = {
  'flowchart LR': flowchart,
  'flowchart TD': flowchart,
  sequenceDiagram: {
    declared: /^ {2}participant (\w+)(?: as [^;#]+)?$/g,
    line: /^ {2}(?<from>\w+)--?>>(?<to>\w+): (?<words>[^;#]+)$/,
    other: /^ {2}(?:Note over \w+: [^;#]+|participant .*)$/,
  },
  'stateDiagram-v2': {
    line: /^ {2}(?<from>\w+|\[\*\]) --> (?<to>\w+|\[\*\])(?:: (?<words>[\w -]+))?$/,
  },
}

/** Reads a Mermaid diagram as far as our pages use it. Throws for a line that is none of its kind, and for an arrow to a box that is not declared. */
export const readMermaid = (body: string): Diagram => {
  const [kind = '', ...lines] = body.trimEnd().split('\n')
  const grammar = grammars[kind]
  if (grammar === undefined) throw new Error(`"${kind}" is no kind of diagram that our pages use`)
  const wrong = lines.find((line) => !grammar.line.test(line) && !grammar.other?.test(line))
  if (wrong !== undefined) throw new Error(`no line of a ${kind}: ${wrong}`)
  const { declared: declares } = grammar
  const declared =
    declares === undefined ? [] : lines.flatMap((line) => [...line.matchAll(declares)].map(([, name = '']) => name))
  const arrows = lines.flatMap((line) => (grammar === flowchart ? links(line) : arrowOf(grammar.line.exec(line))))
  const strange = arrows.flatMap(({ from, to }) => [from, to]).find((name) => !declared.includes(name))
  if (declares !== undefined && strange !== undefined) throw new Error(`${strange} is not declared`)
  return { kind, declared, arrows }
}

function arrowOf(match: RegExpExecArray | null): Arrow[] {
  const { from = '', to = '', words = '' } = match?.groups ?? {}
  return from === '' ? [] : [{ from, to, words }]
}

/** `a[A] -- words --> b --> c` is two arrows. */
function links(line: string): Arrow[] {
  const plain = line.replace(new RegExp(SHAPE, 'g'), '').trim()
  const boxes = plain.split(new RegExp(` (?:${LINK.source}) `))
  const words = [...plain.matchAll(new RegExp(` (${LINK.source}) `, 'g'))].map(([, link = '']) =>
    link
      .replace(/^(?:-->|-\.->|--|-\.)|(?:-->|\.->)$/g, '')
      .replace(/[|"]/g, '')
      .trim(),
  )
  return words.map((text, at) => ({ from: boxes[at] ?? '', to: boxes[at + 1] ?? '', words: text }))
}
