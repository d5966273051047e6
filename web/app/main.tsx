import { createRoot } from 'react-dom/client'
import 'uplot/dist/uPlot.min.css'
import './style/colours.css'
import './style/page.css'
import './style/map.css'
import './style/panels.css'
import './style/narrow.css'
import { App } from './frame/App.tsx'
import { Stage } from './map/stage.ts'
import { createActions } from './state/actions.ts'
import { HonestyMeter } from './state/honesty.ts'
import { joinHub } from './state/join-hub.ts'
import { startLoop } from './state/loop.ts'
import { PageContext } from './state/page.ts'
import { createPageStore } from './state/page-state.ts'
import { Player } from './state/player.ts'
import { readRecording } from './state/read-recording.ts'
import { hubSource, recordingSource, type Source } from './state/source.ts'
import { readUrl } from './state/url.ts'
import { createApi } from './wire/api.ts'
import { takeToken } from './wire/token.ts'

const token = takeToken({ location, history, storage: sessionStorage })
const api = createApi({ token, fetch: (...call) => fetch(...call) })
const store = createPageStore(readUrl(location.search))
const player = new Player()
player.speed = store.getState().url.speed
const stage = new Stage()
const meter = new HonestyMeter()
const actions = createActions({
  api,
  player,
  stage,
  store,
  showUrl: (search) => history.replaceState(null, '', location.pathname + search),
  save,
})
let source: Source = hubSource(api)

const hub = joinHub({ api, player, store, meter, actions })

async function openFile(file: File): Promise<void> {
  try {
    const recording = readRecording(await file.text())
    hub.leave()
    source = recordingSource(recording)
    actions.openRecording(recording)
  } catch (error) {
    actions.say(error instanceof Error ? error.message : 'This file cannot be read.', true)
  }
}

function save(name: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

const calm = matchMedia('(prefers-reduced-motion: reduce)')
const setCalm = () => store.setState({ reducedMotion: calm.matches })
calm.addEventListener('change', setCalm)
setCalm()

startLoop({ player, stage, store, meter, now: () => performance.now(), nextFrame: requestAnimationFrame })
createRoot(document.getElementById('root')!).render(
  <PageContext value={{ store, actions, stage, source: () => source, openFile }}>
    <App />
  </PageContext>,
)
