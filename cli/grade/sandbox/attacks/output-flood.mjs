// Prints for ever, on both streams.
const line = `${'all work and no play makes jack a dull boy '.repeat(200)}\n`
const flood = (stream) => {
  while (stream.write(line));
  stream.once('drain', () => flood(stream))
}
flood(process.stdout)
flood(process.stderr)
