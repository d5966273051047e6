import { failWith } from './verdict.ts'

/** What the engine itself can find wrong, whatever is being checked. */
export const workspaceDiagnoses = {
  'workspace.lab-json-missing': {
    expected: 'a file lab.json in the workspace that names your services and commands',
    cause: 'The part was not started here, or `--workspace` points to another folder.',
    next: 'lab start a   (or: lab check --workspace <your folder>)',
    dead: true,
  },
  'workspace.lab-json-broken': {
    expected: 'a lab.json that is valid JSON in the shape of the contract',
    cause: 'Most often a missing comma, or a comma behind the last entry.',
    next: 'open lab.json at the place named above',
    dead: true,
  },
  'workspace.contract-unknown': {
    expected: '"contract": 1 in lab.json',
    cause: 'This kit checks version 1 of the contract and no other.',
    next: 'set "contract": 1 in lab.json',
    dead: true,
  },
  'workspace.not-written': {
    expected: 'an entry for it in lab.json',
    cause: 'This part is not written yet, or its entry in lab.json was forgotten.',
    next: 'write the part, then add its entry to lab.json',
    dead: true,
  },
  'workspace.build-failed': {
    expected: 'the "build" command of lab.json to exit with 0 within 5 minutes',
    cause: 'The build does not get through; its last lines are above.',
    next: 'run the build command yourself in the workspace',
    dead: true,
  },
  'process.cannot-start': {
    expected: 'the program that lab.json names to be started',
    cause: 'The program does not exist, is not executable, or is not on the PATH.',
    next: 'run the command of lab.json yourself in the workspace folder',
    dead: true,
  },
  'process.too-much-memory': {
    expected: 'a process tree that stays below 1 GB of memory',
    cause: 'Something grows without end: a list that is never emptied, or a loop that never waits.',
    next: 'start the service alone and watch its memory',
  },
  'process.too-much-output': {
    expected: 'at most 256 MB of output',
    cause: 'A loop that prints without waiting for anything.',
    next: 'start the service alone and look at what it prints',
  },
} as const

export const failWorkspace = failWith(workspaceDiagnoses)
