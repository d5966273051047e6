import { type FormEvent, useState } from 'react'
import { ORDER_LIMITS } from '../../hub/protocol.ts'
import { useControl, usePage, usePageState, useWorld } from '../state/page.ts'
import { visible } from '../ui/words.ts'

const BURST = 10

const FIRST: Wish = { productId: 201, quantity: 1, amount: 750 }

interface Wish {
  readonly productId: number
  readonly quantity: number
  readonly amount: number
}

function wishIn(form: HTMLFormElement): Wish {
  const data = new FormData(form)
  const number = (name: string) => Number(data.get(name))
  return { productId: number('productId'), quantity: number('quantity'), amount: number('amount') }
}

export function PlaceOrders() {
  const { actions } = usePage()
  const control = useControl()
  const [rate, setRate] = useState(5)
  const [seconds, setSeconds] = useState(10)
  const [wish, setWish] = useState<Wish>(FIRST)
  const longest = Math.min(ORDER_LIMITS.seconds, Math.floor(ORDER_LIMITS.count / Math.max(1, rate)))
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const how = (event.nativeEvent as SubmitEvent).submitter?.getAttribute('value')
    const order = wishIn(event.currentTarget)
    if (how === 'burst') void actions.order({ ...order, count: BURST })
    else if (how === 'rate') void actions.order({ ...order, count: rate * seconds, ratePerS: rate })
    else void actions.order(order)
  }
  return (
    <section className="card orders" aria-label="Place orders">
      <h2>Place orders</h2>
      <form className="form" onSubmit={submit} onChange={(event) => setWish(wishIn(event.currentTarget))}>
        <div className="fields">
          <WishFields />
          <label className="field">
            <span>a second</span>
            <input
              type="number"
              min={1}
              max={ORDER_LIMITS.ratePerS}
              value={rate}
              onChange={(event) => setRate(Number(event.target.value))}
            />
          </label>
          <label className="field">
            <span>seconds</span>
            <input
              type="number"
              min={1}
              max={longest}
              value={seconds}
              onChange={(event) => setSeconds(Number(event.target.value))}
            />
          </label>
        </div>
        <p className="actions">
          <button type="submit" className="strong" value="one" disabled={!control}>
            One order
          </button>
          <button type="submit" value="burst" disabled={!control}>
            {BURST} at once
          </button>
          <button type="submit" value="rate" disabled={!control}>
            {rate} a second for {seconds} s
          </button>
        </p>
      </form>
      <AsCurl wish={wish} />
      {!control && <p className="empty">Only the presenter's page can place orders.</p>}
      <Placed />
    </section>
  )
}

function Placed() {
  const placed = usePageState((state) => state.placed)
  if (!placed) return null
  return (
    <p>
      {placed.accepted} accepted{placed.refused > 0 && `, ${placed.refused} refused`}.
    </p>
  )
}

function WishFields() {
  return (
    <>
      <label className="field">
        <span>product</span>
        <input name="productId" type="number" min={1} defaultValue={FIRST.productId} required />
      </label>
      <label className="field">
        <span>quantity</span>
        <input name="quantity" type="number" min={1} max={1_000} defaultValue={FIRST.quantity} required />
      </label>
      <label className="field">
        <span>amount</span>
        <input name="amount" type="number" min={0} step="any" defaultValue={FIRST.amount} required />
      </label>
    </>
  )
}

/** The same by hand, straight at the service where orders come in. */
function AsCurl({ wish }: { wish: Wish }) {
  const url = useWorld(({ topology }) => topology.services.find(({ column }) => column === 0)?.url ?? null, null)
  if (!url) return null
  return (
    <details>
      <summary>As curl</summary>
      <pre>{`curl -X POST ${visible(url)}/api/orders -H 'content-type: application/json' \\\n  -d '${JSON.stringify(wish)}'`}</pre>
    </details>
  )
}
