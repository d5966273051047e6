import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { COMMANDS, CONTRACT, type Command, SERVICES, type Service } from './contract.ts'
import { failWorkspace } from './diagnoses.ts'
import { isObject, show } from './json.ts'
import { Blocked } from './verdict.ts'
import { splitWords } from './words.ts'

/** The workspace's `lab.json`: each command as the words to be run. Parts that are not written yet are absent. */
export interface LabJson {
  readonly build?: readonly string[]
  readonly services: Partial<Record<Service, readonly string[]>>
  readonly commands: Partial<Record<Command, readonly string[]>>
}

/** Reads `<workspace>/lab.json`. Throws `Blocked` with a diagnosis where there is none or it cannot be used. */
export async function readLabJson(workspace: string): Promise<LabJson> {
  const path = join(workspace, 'lab.json')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const saw = code === 'ENOENT' ? `there is no ${path}` : `${path} cannot be read (${code})`
    throw new Blocked(failWorkspace('workspace.lab-json-missing', { did: `looked for ${path}`, saw }))
  }
  return parseLabJson(text, path)
}

export function parseLabJson(text: string, path = 'lab.json'): LabJson {
  const value = parse(text.replace(/^\uFEFF/, ''), path)
  if (!isObject(value)) throw broken(path, 'the file', `${show(value, 40)} is not an object { … }`)
  if (value.contract !== CONTRACT) {
    const saw = value.contract === undefined ? 'no field "contract"' : `"contract": ${show(value.contract, 40)}`
    throw new Blocked(failWorkspace('workspace.contract-unknown', { did: `read ${path}`, saw }))
  }
  const services = section(value.services, 'services', path)
  const commands = section(value.commands, 'commands', path)
  const lab: { -readonly [K in keyof LabJson]: LabJson[K] } = {
    services: Object.fromEntries(present(SERVICES, services, 'services', path)),
    commands: Object.fromEntries(present(COMMANDS, commands, 'commands', path)),
  }
  if (value.build !== undefined && value.build !== '') lab.build = words(value.build, 'build', path)
  return lab
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const at = /position (\d+)/.exec(message)?.[1]
    const before = text.slice(0, at === undefined ? text.length : Number(at))
    const line = before.split('\n').length
    const column = before.length - before.lastIndexOf('\n')
    const shown = text.split('\n')[line - 1]?.trim() ?? ''
    throw broken(
      path,
      `line ${line}, column ${column}`,
      `${message.replace(/ in JSON at position.*$/, '')}: ${show(shown, 80)}`,
    )
  }
}

function section(value: unknown, name: string, path: string): Record<string, unknown> {
  if (value === undefined) return {}
  if (!isObject(value)) throw broken(path, `"${name}"`, `${show(value, 40)} is not an object { … }`)
  return value
}

/** The known names that are there, each with its words. Other names are the student's own business. */
function present<N extends string>(names: readonly N[], from: Record<string, unknown>, where: string, path: string) {
  return names.flatMap((name): [N, string[]][] => {
    const entry = from[name]
    if (entry === undefined || entry === null || entry === '') return []
    const line = isObject(entry) ? entry.run : entry
    if (line === undefined || line === '') return []
    return [[name, words(line, `${where}.${name}`, path)]]
  })
}

function words(line: unknown, where: string, path: string): string[] {
  if (typeof line !== 'string') throw broken(path, `"${where}"`, `${show(line, 60)} is not a command line in quotes`)
  try {
    const split = splitWords(line)
    if (split.length > 0) return split
  } catch (error) {
    throw broken(path, `"${where}"`, `in ${show(line)} ${error instanceof Error ? error.message : String(error)}`)
  }
  throw broken(path, `"${where}"`, 'the command line is empty')
}

function broken(path: string, place: string, what: string): Blocked {
  return new Blocked(failWorkspace('workspace.lab-json-broken', { did: `read ${path}`, saw: `${place}: ${what}` }))
}
