/** A broker setting by its name behind the image's prefix: `KAFKA_` (apache, confluent) or `KAFKA_CFG_` (bitnami). */
export function setting(environment: ReadonlyMap<string, string>, name: string): string | undefined {
  return environment.get(`KAFKA_${name}`) ?? environment.get(`KAFKA_CFG_${name}`)
}
