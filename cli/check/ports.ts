/** For the lab parts, whose checks may import this folder alone. */
export { freePort } from '../shop/ports.ts'
