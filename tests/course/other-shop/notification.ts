import { health, none, open } from './door.ts'
import { follow } from './wire.ts'

export async function notification(): Promise<void> {
  let stop = async () => {}
  await open('notification', 5003, health, none, () => stop())
  stop = await follow('notification-group', ['stock-reserved'], (data) => {
    console.log(
      `\u001b[2m${new Date().toISOString()}\u001b[0m [info] \u001b[34memail sent\u001b[0m to=${data.userId ?? '?'} order=${data.orderId};`,
    )
    return []
  })
}
