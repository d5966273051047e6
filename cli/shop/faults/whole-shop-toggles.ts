import { z } from 'zod'
import { crashPoints } from '../../../kit/service/faults.ts'
import { inside, ofOne } from './toggle.ts'

const answer = "the service's own answer"
const percent = z.number().min(1).max(100).default(100).describe('of 100 parcels; the seed chooses which')

/** What only the whole shop can suffer. */
export const wholeShopToggles = [
  inside(
    'shipping',
    {
      id: 'ship-refuse',
      title: 'Carrier refuses',
      letter: 'C',
      about: 'The carrier takes no parcel: stock and money go back, and the order is cancelled.',
      confirmedBy: answer,
      needs: 'shipping',
    },
    { percent },
  ),
  inside(
    'shipping',
    {
      id: 'carrier-late',
      title: 'Carrier late',
      letter: 'L',
      about: 'Parcels are on their way for longer than was said: the order stays confirmed, the customer is told.',
      confirmedBy: answer,
      needs: 'shipping',
    },
    { percent, ms: z.int().min(1).max(86_400_000).default(15_000).describe('later than promised, in milliseconds') },
  ),
  ofOne(
    'identity',
    30,
    {
      id: 'identity-down',
      title: 'Identity down',
      letter: 'i',
      about: 'Nobody can log in or ask for a token; tokens that are about are good until they end.',
      confirmedBy: 'the process is gone',
      needs: 'identity',
    },
    {},
  ),
  inside(
    'gateway',
    {
      id: 'gateway-overload',
      title: 'Gateway overloaded',
      letter: 'g',
      about: 'The gateway takes its time for each request and works on few together; the rest it sends away with 503.',
      confirmedBy: answer,
      needs: 'gateway',
    },
    {
      ms: z.int().min(1).max(60_000).default(500).describe('that each request takes longer'),
      atOnce: z.int().min(1).max(100_000).default(5).describe('requests worked on together'),
    },
  ),
  ofOne(
    'order',
    60,
    {
      id: 'saga-crash',
      title: 'Orchestrator crashes',
      letter: 'S',
      about: 'The order service dies between two steps of a saga that it leads, and starts again.',
      confirmedBy: `${answer} that it is armed; counted when it dies`,
      needs: 'shipping',
    },
    {
      point: z.enum(crashPoints).default('relay.before-send').describe('where'),
      nth: z
        .int()
        .min(1)
        .max(1_000_000)
        .default(2)
        .describe('the time that it is passed; the first is the order itself'),
      times: z.int().min(1).max(100).default(1).describe('how many crashes'),
      restartAfter: z.number().min(0).max(600).default(2).describe('seconds until it starts again'),
    },
  ),
]
