import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { rubricSchema } from './shape.ts'

/** Run by hand when the shape has changed: `node cli/grade/rubric/write-schema.ts`. A test holds the file to the shape. */
writeFileSync(path.resolve(import.meta.dirname, '../../../rubric/rubric.schema.json'), rubricSchema())
