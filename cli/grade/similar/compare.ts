import { File, FingerprintIndex, type Pair, Region, TokenizedFile } from '@dodona/dolos-core'
import { type Token, tokensOf } from './tokens.ts'

/** A student's source code, file by file. */
export interface Work {
  readonly key: string
  readonly files: readonly { readonly path: string; readonly text: string }[]
}

/** Where two works are alike: lines from 1, both ends included. */
export interface Fragment {
  readonly tokens: number
  readonly left: Place
  readonly right: Place
}
export interface Place {
  readonly file: string
  readonly from: number
  readonly to: number
}

export interface Likeness {
  readonly left: string
  readonly right: string
  /** 0 to 1: the share of both works that is alike, the starters and what half the class has taken out. */
  readonly similarity: number
  /** Tokens of the longest run that is alike. */
  readonly longest: number
  /** The longest first. */
  readonly fragments: readonly Fragment[]
}

/** Runs of tokens shorter than this are alike by chance. */
const RUN = 23
/** What so many share is the lesson and no copy. */
const COMMON_SHARE = 0.5
const COMMON_LEAST = 5
const MOST_FRAGMENTS = 12

interface Indexed {
  readonly file: TokenizedFile
  /** First line of each file in the joined text. */
  readonly starts: readonly { readonly path: string; readonly line: number }[]
}

/**
 * Compares every work with every other. `given` is code that all were given: what it holds is alike for everybody and does not count.
 * Winnowing with a window of one: every run of tokens is a fingerprint, so that given code is found wherever it begins.
 */
export async function compare(works: readonly Work[], given: Work): Promise<Likeness[]> {
  const common = Math.max(COMMON_LEAST, Math.floor(works.length * COMMON_SHARE))
  const index = new FingerprintIndex(RUN, 1, false, common)
  const indexed = new Map<string, Indexed>()
  for (const work of works) indexed.set(work.key, await joined(work))
  index.addFiles([...indexed.values()].map(({ file }) => file))
  // Last: what is added behind an ignored file would count again.
  index.addIgnoredFile((await joined(given)).file)
  const kept = new Map(
    index
      .entries()
      .map(({ file, shared }) => [file.path, sum([...shared].map((one) => one.occurrencesOf(file).length))]),
  )
  return index
    .allPairs()
    .map((pair) => likenessOf(pair, kept, indexed))
    .filter(({ similarity }) => similarity > 0)
    .toSorted((a, b) => b.similarity - a.similarity || b.longest - a.longest)
}

async function joined({ key, files }: Work): Promise<Indexed> {
  const kinds: string[] = []
  const regions: Region[] = []
  const starts: { path: string; line: number }[] = []
  let line = 0
  for (const { path, text } of files) {
    starts.push({ path, line })
    // No run goes from one file into the next: the sign between them is this work's alone.
    kinds.push(`file of ${key}`)
    regions.push(new Region(line, 0, line, 0))
    for (const token of await tokensOf(path, text)) {
      kinds.push(token.kind)
      regions.push(regionOf(token, line))
    }
    line += text.split('\n').length
  }
  return { file: new TokenizedFile(new File(key, files.map(({ text }) => text).join('\n')), kinds, regions), starts }
}

const regionOf = ({ line, column, endLine, endColumn }: Token, offset: number): Region =>
  new Region(offset + line, column, offset + endLine, endColumn)

function likenessOf(pair: Pair, kept: ReadonlyMap<string, number>, indexed: ReadonlyMap<string, Indexed>): Likeness {
  const [left, right] = [pair.leftFile.path, pair.rightFile.path]
  const all = (kept.get(left) ?? 0) + (kept.get(right) ?? 0)
  const fragments = pair
    .buildFragments()
    .map((one) => ({
      tokens: one.leftkgrams.to - one.leftkgrams.from + RUN - 1,
      left: placeIn(indexed.get(left), one.leftSelection),
      right: placeIn(indexed.get(right), one.rightSelection),
    }))
    .toSorted((a, b) => b.tokens - a.tokens)
    .slice(0, MOST_FRAGMENTS)
  const similarity = all === 0 ? 0 : (pair.leftCovered + pair.rightCovered) / all
  return { left, right, similarity, longest: fragments[0]?.tokens ?? 0, fragments }
}

function placeIn(indexed: Indexed | undefined, { startRow, endRow }: Region): Place {
  const start = indexed?.starts.findLast(({ line }) => line <= startRow)
  const base = start?.line ?? 0
  return { file: start?.path ?? '', from: startRow - base + 1, to: endRow - base + 1 }
}

const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0)
