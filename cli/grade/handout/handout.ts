import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Context, type ExitCode, wrongUsage } from '../../command.ts'
import { handoutFiles } from './contents.ts'
import { zipOf } from './zip.ts'

export interface HandoutWish {
  /** The folder that gets the kit. */
  readonly out: string
  /** Write `<out>.zip` as well. */
  readonly zip: boolean
}

/** The folder's name within the zip. */
const ROOT = 'saga-lab'

/** `lab handout`: the kit without answers and without the instructor's parts. It installs, starts and checks like the whole one. */
export async function handout(ctx: Context, { out, zip }: HandoutWish): Promise<ExitCode> {
  await refuseFull(out)
  const files = await handoutFiles(ctx.home)
  for (const { path: file, bytes, executable } of files) {
    const to = path.join(out, file)
    await mkdir(path.dirname(to), { recursive: true })
    await writeFile(to, bytes)
    if (executable) await chmod(to, 0o755)
  }
  const archive = `${out}.zip`
  if (zip) await writeFile(archive, zipOf(files.map((one) => ({ ...one, path: `${ROOT}/${one.path}` }))))
  if (ctx.json)
    ctx.out.json({
      out,
      files: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0),
      zip: zip ? archive : null,
    })
  else
    ctx.out.line(
      `${ctx.paint.good('✓')} ${files.length} files in ${out}${zip ? ` and in ${archive}` : ''}\nStudents begin with: npm start   or   node bin/lab.js start a`,
    )
  return 0
}

/** Over other files, an earlier hand-out for one, what is gone from the kit would stay. */
async function refuseFull(out: string): Promise<void> {
  await mkdir(out, { recursive: true })
  if ((await readdir(out)).length === 0) return
  throw wrongUsage(`${out} is not empty.`, 'Give a folder that is empty or not there yet.')
}
