import type { Lesson } from '../lesson.ts'

export const lesson: Lesson = {
  letter: 'B',
  folder: 'b-services',
  title: 'Four services that start, answer and stop',
  minutes: 40,
  aim: 'Order, payment, inventory and notification run as four programs, say that they are well, and stop when asked.',
  viva: [],
  files: ['shared/service.ts'],
  hints: [
    {
      check: 'B1',
      question: 'On which port does your service listen when PORT is 6001?',
      pointer: 'shared/service.ts: the routes come before `app.listen`. The answer needs two fields.',
      nearAnswer: "app.get('/health', (_request, response) => { response.json({ status: 'ok', service: name }) })",
    },
    {
      check: 'B2',
      question: 'Who reads /openapi.json, a person or a program? And who reads /docs?',
      pointer:
        'An OpenAPI document needs three fields: openapi, info (title, version) and paths. `paths` is passed in.',
      nearAnswer:
        "{ openapi: '3.0.3', info: { title: name, version: '1.0.0' }, paths }, and a page with a link to /openapi.json.",
    },
    {
      check: 'B3',
      question: 'What keeps a Node program alive after it got SIGTERM?',
      pointer: 'In `stop`: close the server, do what `beforeStop` collected, and wait for both, but not for ever.',
      nearAnswer:
        'await Promise.race([Promise.allSettled([closed, ...lastWork.map((work) => work())]), setTimeout(3000)]); process.exit(0)',
    },
  ],
  quiz: [
    {
      ask: 'Why does each service get its own process?',
      options: [
        'JavaScript allows one server for each process',
        'So that one can be stopped, replaced or crash while the others go on',
        'It is faster',
        'Kafka allows one consumer for each machine',
      ],
      answer: 1,
      why: 'Being able to fail alone is the reason for microservices. You will use it in parts F and G.',
    },
    {
      ask: 'Who calls GET /health?',
      options: [
        'The customer',
        'The order service, before each order',
        'Machines that watch the service, again and again',
        'Kafka',
      ],
      answer: 2,
      why: 'Kubernetes, a load balancer or our checker ask it. So it must answer fast and say no more than needed.',
    },
    {
      ask: 'What is the exit code of this program after SIGTERM?',
      code: "import express from 'express'\nexpress().listen(5000)",
      options: ['0', '1', 'None: it was ended by the signal, a shell shows 143', 'It ignores SIGTERM'],
      answer: 2,
      why: 'Without a handler the operating system ends the process. It cannot say goodbye to Kafka or finish an answer.',
    },
    {
      ask: 'A service that reads from Kafka stops without leaving its consumer group. What do the others see?',
      options: [
        'Nothing, Kafka notices at once',
        'Its partitions are not read until its session runs out',
        'The group is deleted',
        'All messages are delivered again',
      ],
      answer: 1,
      why: 'The broker waits for the missing heartbeat. Saying goodbye takes milliseconds, waiting takes seconds.',
    },
  ],
}
