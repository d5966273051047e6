/** A fenced block of a page. `file`: what follows `file=` behind the language; null where nothing does. */
export interface Block {
  readonly language: string
  readonly file: string | null
  readonly body: string
}

const fence = /^```(\w*)(?: file=(\S+))?\n([\s\S]*?)^```$/gm

export const blocksOf = (text: string): Block[] =>
  [...text.matchAll(fence)].map(([, language = '', file, body = '']) => ({
    language,
    file: file ?? null,
    body: body.trimEnd(),
  }))

/** The page without its fenced blocks. */
export const proseOf = (text: string): string => text.replace(fence, '')

/** The README tells of the folder; all other pages are essays, which show no code but that of files. */
export const isEssay = (page: string): boolean => page !== 'README.md'

/** Relative links, with their anchors; those that leave the repository are left out. */
export const linksOf = (text: string): string[] =>
  [...proseOf(text).matchAll(/\]\((?![a-z]+:)([^)\s]+)\)/g)].map(([, link = '']) => link)

/** What a link to the page can name: ids in the text, and GitHub's names of headings. */
export const anchorsOf = (text: string): Set<string> => {
  const prose = proseOf(text)
  const anchors = new Set([...prose.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id))
  for (const [, heading = ''] of prose.matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')
    let name = slug
    for (let n = 1; anchors.has(name); n++) name = `${slug}-${n}`
    anchors.add(name)
  }
  return anchors
}

/** What a reader is told to type: code in the text, lines of `sh` blocks, and of other blocks those behind a prompt. */
const typedIn = (text: string): string[] => {
  const inline = [...proseOf(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  const lines = blocksOf(text).flatMap(({ language, body }) =>
    body.split('\n').flatMap((line) => (language === 'sh' ? [line] : line.startsWith('$ ') ? [line.slice(2)] : [])),
  )
  return [...inline, ...lines].map((code) => code.replace(/\s+#.*$/, '').trim())
}

/** Commands of `lab`, without that word. `node bin/lab.js …` is the same, and `npm start -- …` is `lab demo …`. */
export const commandsIn = (text: string): string[] =>
  typedIn(text).flatMap((code) => {
    const line = code.replace(/^npm start(?: --)?/, 'lab demo').replace(/^node bin\/lab\.js /, 'lab ')
    return /^lab (?!<)/.test(line) ? [line.slice(4).trim()] : []
  })

/** Programs that are started with Node, wherever in a line; patterns are left out. */
export const programsIn = (text: string): string[] =>
  typedIn(text).flatMap((line) =>
    [...line.matchAll(/(?:^|[ /])node (?:--\S+ )*([\w./-]+\.(?:ts|js))\b/g)].map(([, file = '']) => file),
  )

/** Scripts of package.json. */
export const scriptsIn = (text: string): string[] =>
  typedIn(text).flatMap((line) => /^npm (?:run )?(start|test|(?<=run )[\w-]+)/.exec(line)?.[1] ?? [])
