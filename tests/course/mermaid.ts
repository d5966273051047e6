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
const grammars: Readonly<Record<string, { declared?: RegExp; arrow: RegExp; other?: RegExp }>> = {
  'flowchart LR': {
    declared: /^ {2}(\w+)\(\[[\w ]+\]\)$/,
    arrow: /^ {2}(?<from>\w+) (?:-->|-\.->)\|(?<words>[\w. -]+)\| (?<to>\w+)$/,
  },
  sequenceDiagram: {
    declared: /^ {2}participant (\w+)(?: as [^;#]+)?$/,
    arrow: /^ {2}(?<from>\w+)--?>>(?<to>\w+): (?<words>[^;#]+)$/,
    other: /^ {2}Note over \w+: [^;#]+$/,
  },
  'stateDiagram-v2': {
    arrow: /^ {2}(?<from>\w+|\[\*\]) --> (?<to>\w+|\[\*\])(?:: (?<words>[\w -]+))?$/,
  },
}

/** Reads a Mermaid diagram as far as our pages use it. Throws for a line that is none of its kind, and for an arrow to a box that is not declared. */
export const readMermaid = (body: string): Diagram => {
  const [kind = '', ...lines] = body.trimEnd().split('\n')
  const grammar = grammars[kind]
  if (grammar === undefined) throw new Error(`"${kind}" is no kind of diagram that our pages use`)
  const declared: string[] = []
  const arrows: Arrow[] = []
  for (const line of lines) {
    const name = grammar.declared?.exec(line)?.[1]
    const { from = '', to = '', words = '' } = grammar.arrow.exec(line)?.groups ?? {}
    if (name !== undefined) declared.push(name)
    else if (from !== '') arrows.push({ from, to, words })
    else if (!grammar.other?.test(line)) throw new Error(`no line of a ${kind}: ${line}`)
  }
  const strange = arrows.flatMap(({ from, to }) => [from, to]).find((name) => !declared.includes(name))
  if (grammar.declared !== undefined && strange !== undefined) throw new Error(`${strange} is not declared`)
  return { kind, declared, arrows }
}

/** A flowchart with boxes of all shapes, as the essays and handouts draw it. */
export interface Flow {
  /** By id; null for a box that has no words of its own. */
  readonly boxes: ReadonlyMap<string, { readonly shape: Shape; readonly words: string } | null>
  readonly arrows: readonly Arrow[]
}

type Shape = 'box' | 'question' | 'other'

const id = String.raw`\w+(?:[.-]\w+)*`
/** Words in quotes may hold anything; without them a bracket would end the box. */
const label = String.raw`"[^"]+"|[^"()[\]{}|]+`
const box = new RegExp(
  String.raw`^(${id})(?:\(\[(${label})\]\)|\[\((${label})\)\]|\[/(${label})/\]|\(\((${label})\)\))?`,
)
const square = new RegExp(String.raw`^(${id})\[(${label})\]`)
const question = new RegExp(String.raw`^(${id})\{(${label})\}`)
const words = '"[^"]+"|[^"|>]+?'
const arrow = new RegExp(
  String.raw`^ (?:-->\|(${words})\||-\.->\|(${words})\||-->|-\.->|-- (${words}) -->|-\. (${words}) \.->) `,
)
const frame = new RegExp(String.raw`^ *(?:subgraph \w+ ?\[(?:${label})\]|subgraph \w+|end|direction (?:LR|TD))$`)

const unquoted = (text = ''): string => text.replace(/^"|"$/g, '')

function readBox(line: string): { id: string; length: number; box: { shape: Shape; words: string } | null } {
  for (const [pattern, shape] of [
    [question, 'question'],
    [square, 'box'],
    [box, 'other'],
  ] as const) {
    const found = pattern.exec(line)
    if (found === null) continue
    const [all, id = '', ...rest] = found
    const said = rest.find((text) => text !== undefined)
    return { id, length: all.length, box: said === undefined ? null : { shape, words: unquoted(said) } }
  }
  throw new Error(`no box of a flowchart: ${line}`)
}

/** Reads a flowchart from left to right or from top to bottom. Throws for a line that Mermaid would not draw. */
export const readFlow = (body: string): Flow => {
  const [kind = '', ...lines] = body.trimEnd().split('\n')
  if (!/^flowchart (LR|TD)$/.test(kind)) throw new Error(`"${kind}" is no flowchart of ours`)
  const boxes = new Map<string, { shape: Shape; words: string } | null>()
  const arrows: Arrow[] = []
  for (const line of lines.filter((one) => !frame.test(one))) {
    let left = line.trimStart()
    for (let from: string | undefined, said = ''; ; ) {
      const { id, length, box } = readBox(left)
      if (id === 'end') throw new Error(`a box may not be called "end": ${line}`)
      boxes.set(id, box ?? boxes.get(id) ?? null)
      if (from !== undefined) arrows.push({ from, to: id, words: said })
      left = left.slice(length)
      if (left === '') break
      const [all, ...texts] = arrow.exec(left) ?? []
      if (all === undefined) throw new Error(`no line of a flowchart: ${line}`)
      said = unquoted(texts.find((text) => text !== undefined))
      from = id
      left = left.slice(all.length)
    }
  }
  return { boxes, arrows }
}

/** The arrows of a diagram of any kind that is drawn here. */
export const arrowsOf = (body: string): readonly Arrow[] =>
  body.startsWith('flowchart') ? readFlow(body).arrows : readMermaid(body).arrows
