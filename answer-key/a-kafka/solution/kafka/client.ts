import { Kafka, logLevel } from 'kafkajs'

export const address = process.env.KAFKA_BROKERS || 'localhost:9092'

export const kafka = new Kafka({
  clientId: 'my-shop',
  brokers: address.split(','),
  connectionTimeout: 2000,
  // Tries again after 0.1, 0.2, 0.4 and 0.8 seconds, then gives up.
  retry: { initialRetryTime: 100, retries: 4 },
  // The library reports every try that fails. Our programs say it once, in a sentence.
  logLevel: logLevel.NOTHING,
})
