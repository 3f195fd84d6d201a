import { createInterface } from 'node:readline'

type Terminal = { input: NodeJS.ReadableStream; output: NodeJS.WritableStream; isTerminal: boolean }

const question =
  'The rest opens a ticket in Agent Workspace, which agents see and which only Zendesk can delete. Open it? [y/N] '

/** Asks whether a ticket may be opened; anything but "y" or "yes", no terminal, and a stop mean no. */
export const askForTicket = ({ input, output, isTerminal }: Terminal, stop: AbortSignal): Promise<boolean> => {
  if (!isTerminal || stop.aborted) return Promise.resolve(false)
  // As a terminal of readline's own, it would keep Ctrl-C from the process.
  const lines = createInterface({ input, output, terminal: false })
  return new Promise((resolve) => {
    const answer = (text: string): void => {
      resolve(/^y(es)?$/i.test(text.trim()))
      lines.close()
    }
    lines.once('close', () => resolve(false))
    stop.addEventListener('abort', () => lines.close(), { once: true })
    lines.question(question, answer)
  })
}
