// Takes memory outside of the heap that Node limits.
const all = []
setInterval(() => all.push(Buffer.alloc(24 * 2 ** 20, 1)), 15)
