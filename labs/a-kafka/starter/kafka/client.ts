import { Kafka, logLevel } from 'kafkajs'

export const address = process.env.KAFKA_BROKERS || 'localhost:9092'

export const kafka = new Kafka({
  clientId: 'my-shop',
  brokers: address.split(','),
  connectionTimeout: 2000,
  retry: { retries: 3 },
  // The library reports every try that fails. Our programs say it once, in a sentence.
  logLevel: logLevel.NOTHING,
})
