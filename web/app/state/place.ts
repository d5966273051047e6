/** Where a record lies. */
export interface Place {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

/** `topic/partition/offset` */
export const textOf = ({ topic, partition, offset }: Place): string => `${topic}/${partition}/${offset}`

export function placeIn(text: string): Place {
  const [topic = '', partition, offset = ''] = text.split('/')
  return { topic, partition: Number(partition), offset }
}
