import type { Kysely } from 'kysely'
import { type History, productsOf, scoreOf } from './domain.ts'
import { type RecommendationTables, toHistory } from './storage.ts'

export interface Recommendation {
  readonly productId: string
  readonly basis: 'bought-together' | 'popular'
  /** 0..1 where bought together; of what a user bought, the scores are added up. Null where it is just popular. */
  readonly score: number | null
  /** Users who bought it. */
  readonly buyers: number
}

type Db = Kysely<RecommendationTables>

/** Of so many products what was bought together with them is looked at; of each no more than so many others, the most frequent first. */
const seeds = 10
const candidates = 200

const buyersOf = async (db: Db, products: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  if (products.length === 0) return new Map()
  const rows = await db.selectFrom('products').selectAll().where('product', 'in', products).execute()
  return new Map(rows.map(({ product, buyers }) => [product, Number(buyers)]))
}

const pairsWith = (db: Db, product: string) =>
  db
    .selectFrom('pairs')
    .select(['product', 'other', 'buyers'])
    .where('product', '=', product)
    .orderBy('buyers', 'desc')
    .limit(candidates)
    .execute()

/** What goes with these products, the best first; ties by name, so that the same question gets the same answer. */
const togetherWith = async (db: Db, products: readonly string[]): Promise<Recommendation[]> => {
  const pairs = (await Promise.all(products.map((product) => pairsWith(db, product)))).flat()
  const buyers = await buyersOf(db, [...new Set([...products, ...pairs.map(({ other }) => other)])])
  const scores = new Map<string, number>()
  for (const { product, other, buyers: common } of pairs) {
    const score = scoreOf(Number(common), buyers.get(product) ?? 0, buyers.get(other) ?? 0)
    scores.set(other, (scores.get(other) ?? 0) + score)
  }
  return [...scores]
    .map(([productId, score]) => ({
      productId,
      basis: 'bought-together' as const,
      score: Math.round(score * 1_000) / 1_000,
      buyers: buyers.get(productId) ?? 0,
    }))
    .sort((a, b) => b.score - a.score || (a.productId < b.productId ? -1 : 1))
}

const popular = async (db: Db, limit: number): Promise<Recommendation[]> => {
  const rows = await db
    .selectFrom('products')
    .selectAll()
    .orderBy('buyers', 'desc')
    .orderBy('product')
    .limit(limit)
    .execute()
  return rows.map(({ product, buyers }) => ({
    productId: product,
    basis: 'popular' as const,
    score: null,
    buyers: Number(buyers),
  }))
}

/** Fills up with what is popular; never names what is left out, and nothing twice. */
const recommend = async (
  db: Db,
  from: readonly string[],
  leftOut: ReadonlySet<string>,
  limit: number,
): Promise<Recommendation[]> => {
  const together = (await togetherWith(db, from)).filter(({ productId }) => !leftOut.has(productId)).slice(0, limit)
  if (together.length === limit) return together
  const named = new Set([...leftOut, ...together.map(({ productId }) => productId)])
  const others = (await popular(db, limit + named.size)).filter(({ productId }) => !named.has(productId))
  return [...together, ...others].slice(0, limit)
}

export const forProduct = (db: Db, product: string, limit: number): Promise<Recommendation[]> =>
  recommend(db, [product], new Set([product]), limit)

const findHistory = async (db: Db, user: string): Promise<History | undefined> => {
  const row = await db.selectFrom('histories').selectAll().where('user_id', '=', user).executeTakeFirst()
  return row === undefined ? undefined : toHistory(row)
}

export const forUser = async (db: Db, user: string, limit: number): Promise<Recommendation[]> => {
  const history = await findHistory(db, user)
  const bought = history === undefined ? new Set<string>() : productsOf(history)
  return recommend(db, [...bought].slice(0, seeds), bought, limit)
}

/** Users to drop: those without an event since `before`, and the oldest of those that are too many. At most `limit`. */
export const overdueUsers = async (db: Db, before: number, most: number, limit: number): Promise<string[]> => {
  const { n } = await db
    .selectFrom('histories')
    .select(({ fn }) => fn.countAll().as('n'))
    .executeTakeFirstOrThrow()
  const tooMany = Math.min(limit, Math.max(0, Number(n) - most))
  const oldest = db.selectFrom('histories').select(['user_id', 'latest']).orderBy('latest').orderBy('user_id')
  const rows = await oldest.limit(limit).execute()
  return rows.filter(({ latest }, i) => i < tooMany || Number(latest) < before).map(({ user_id }) => user_id)
}
