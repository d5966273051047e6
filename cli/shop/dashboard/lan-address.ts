import { networkInterfaces } from 'node:os'
import { wrongUsage } from '../../command.ts'

const PRIVATE = /^(192\.168\.|10\.|172\.(1[6-9]|2\d|3[01])\.)/

/** This machine's address in the class's network: the one that was given, if it is one of ours, else a private one. */
export function lanAddress(wanted: string | true): string {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const outside = own.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address)
  const list = outside.length === 0 ? 'It has none but the loopback address.' : `It has: ${outside.join(', ')}.`
  if (wanted !== true) {
    if (own.some(({ address }) => address === wanted)) return wanted
    throw wrongUsage(`--lan ${wanted}: this machine has no such address.`, list)
  }
  const found = outside.find((address) => PRIVATE.test(address)) ?? outside[0]
  if (found !== undefined) return found
  throw wrongUsage('--lan: this machine is in no network.', list)
}
