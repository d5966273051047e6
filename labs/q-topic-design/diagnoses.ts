import { failWith } from '../../cli/check/verdict.ts'
import { otherDiagnoses } from './diagnoses-of-the-rest.ts'
import { topicDiagnoses } from './diagnoses-of-topics.ts'

export const diagnoses = { ...topicDiagnoses, ...otherDiagnoses }

export const fail = failWith(diagnoses)
