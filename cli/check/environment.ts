import { dirname } from 'node:path'
import { SERVICES, type Service } from './contract.ts'
import { RUN_MARK } from './tree.ts'

/** Where languages and their package managers look for what is installed: without these a right shop may not even start. */
const TOOLCHAINS =
  /^(HOME|USER|LOGNAME|SHELL|TMPDIR|TZ|LC_\w+|XDG_\w+|SSL_CERT_\w+|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|PYTHON\w+|VIRTUAL_ENV|CONDA_\w+|PYENV_\w+|UV_\w+|GO[A-Z]+|CARGO_\w+|RUSTUP_\w+|GEM_\w+|RUBY\w+|RBENV_\w+|BUNDLE_\w+|JAVA_HOME|JDK_\w+|M2_HOME|MAVEN_\w+|GRADLE_\w+|SDKMAN_\w+|DOTNET_\w+|NUGET_\w+|PERL5LIB|PHPRC|COMPOSER_\w+|MIX_\w+|HEX_\w+|ERL_\w+|DENO_\w+|BUN_\w+|NODE_PATH|NODE_EXTRA_CA_CERTS)$/
const SECRET = /TOKEN|KEY|AUTH|SECRET|PASSW/

const isPassedOn = (name: string): boolean => TOOLCHAINS.test(name) && !SECRET.test(name)

/** What a student's process gets to know: the contract's variables and what programs need to run at all, nothing else of ours. */
export function cleanEnvironment(
  outer: Readonly<NodeJS.ProcessEnv>,
  mark: string,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const env: Record<string, string> = {
    PATH: `${dirname(process.execPath)}:${outer.PATH ?? '/usr/local/bin:/usr/bin:/bin'}`,
    LANG: outer.LANG ?? 'C.UTF-8',
    // Python holds its output back when nobody seems to watch; a check does.
    PYTHONUNBUFFERED: '1',
    [RUN_MARK]: mark,
  }
  for (const [name, value] of Object.entries(outer)) if (isPassedOn(name) && value !== undefined) env[name] = value
  return { ...env, ...given }
}

/** ORDER_URL and its sisters, for the test command. */
export function urlVariables(ports: Readonly<Record<Service, number>>): Record<string, string> {
  return Object.fromEntries(SERVICES.map((name) => [`${name.toUpperCase()}_URL`, `http://localhost:${ports[name]}`]))
}

/** What a program that was given these variables must be able to reach on the kit's side: ports to call, files to read. */
export function reachOf(given: Readonly<Record<string, string>>): { calls: number[]; reads: string[] } {
  const urls = SERVICES.flatMap((name) => given[`${name.toUpperCase()}_URL`] ?? [])
  return { calls: urls.map((url) => Number(new URL(url).port)), reads: [given.NOTIFICATION_LOG ?? []].flat() }
}
