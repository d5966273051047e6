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
    declared: /^ {2}participant (\w+)$/,
    arrow: /^ {2}(?<from>\w+)--?>>(?<to>\w+): (?<words>[\w. -]+)$/,
    other: /^ {2}Note over \w+: [\w. -]+$/,
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
