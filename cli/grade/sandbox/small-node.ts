/** Flags of a Node of ours that mostly waits, and must not need what the programs beside it may use up. */
export const SMALL_NODE: readonly string[] = ['--max-old-space-size=48', '--max-semi-space-size=1', '--v8-pool-size=0']
