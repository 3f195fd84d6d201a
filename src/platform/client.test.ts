import type { IncomingMessage, ServerResponse } from 'node:http'
import { isApiError } from '@botpress/sdk'
import { beforeEach, describe, expect, it } from 'vitest'
import { failureBody } from '../../sandbox/botpress/api/failure'
import { useLocalBotpress } from '../../test/local-botpress'
import { openBotpress } from './client'
import { Deadline } from './deadline'
import { OutOfTime } from './failure'
import { isAnswered, isTimeout } from './sdk'

let requests: IncomingMessage[] = []
let answer: (request: IncomingMessage, response: ServerResponse) => void
const ctx = useLocalBotpress((request, response) => {
  requests.push(request)
  request.resume()
  answer(request, response)
})

beforeEach(() => {
  requests = []
})

const user = { user: { id: 'u', tags: {} } }
const succeed = (_: IncomingMessage, response: ServerResponse): void =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(user))
const breakOff = (request: IncomingMessage): void => void request.socket.destroy()
const refuse =
  (status: number, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(failureBody(status)))
/** Answers as told, one after the other; the last one again and again. */
const inTurn = (...answers: (typeof answer)[]): void => {
  const left = [...answers]
  answer = (request, response) => ((left.length > 1 ? left.shift() : left[0]) ?? succeed)(request, response)
}

const findUser = (deadline = Deadline.in(60_000)) =>
  openBotpress(ctx, deadline).getOrCreateUser({ tags: { agentId: '1' }, discriminateByTags: ['agentId'] })
const sendEvent = () =>
  openBotpress(ctx, Deadline.in(60_000)).createEvent({ type: 'hitlStopped', payload: { conversationId: 'c' } })

describe('a call to Botpress', () => {
  it('says who calls', async () => {
    inTurn(succeed)
    await findUser()
    expect(requests[0]?.headers).toMatchObject({
      'x-bot-id': 'b',
      'x-integration-id': 'i',
      'x-integration-alias': 'alias',
      authorization: 'Bearer token',
    })
  })

  it('ends with the time of its handler', async () => {
    inTurn(() => undefined)
    const began = Date.now()
    const error: unknown = await findUser(Deadline.in(400)).catch((thrown: unknown) => thrown)
    expect(isTimeout(error)).toBe(true)
    expect(Date.now() - began).toBeLessThan(2_000)
    expect(requests).toHaveLength(1)
  })

  it('is not begun when the time is up', async () => {
    inTurn(succeed)
    await expect(findUser(Deadline.in(0))).rejects.toBeInstanceOf(OutOfTime)
    expect(requests).toEqual([])
  })

  it.each([
    ['a broken connection', breakOff],
    ['500', refuse(500)],
    ['503', refuse(503)],
    ['429', refuse(429)],
  ])('is repeated after %s, soon', async (_, fault) => {
    inTurn(fault, succeed)
    const began = Date.now()
    expect((await findUser()).user.id).toBe('u')
    expect(requests).toHaveLength(2)
    expect(Date.now() - began).toBeLessThan(900)
  })

  it.each<[string, typeof answer, number]>([
    ['Botpress asks for a longer pause than there is time for', refuse(429, { 'retry-after': '2' }), 2_300],
    ['the first attempt took most of the time', (...to) => void setTimeout(() => refuse(500)(...to), 900), 1_300],
  ])('is not repeated where %s', async (_, fault, ms) => {
    inTurn(fault, succeed)
    const began = Date.now()
    await expect(findUser(Deadline.in(ms))).rejects.toSatisfy(isApiError)
    expect(requests).toHaveLength(1)
    expect(Date.now() - began).toBeLessThan(ms + 300)
  })

  it.each([
    ['500', refuse(500), 8],
    ['a broken connection', breakOff, 3],
    // Its pauses are those that are asked for.
    ['429', refuse(429, { 'retry-after': '4' }), 4],
  ])('is made again until an outage with %s is over', async (_, fault, seconds) => {
    const over = Date.now() + seconds * 1_000
    answer = (request, response) => (Date.now() < over ? fault : succeed)(request, response)
    expect((await findUser()).user.id).toBe('u')
  })

  it('is given up where an outage lasts', async () => {
    inTurn(refuse(503))
    const began = Date.now()
    await expect(findUser(Deadline.in(4_000))).rejects.toSatisfy(isAnswered)
    expect(Date.now() - began).toBeLessThan(4_000)
    inTurn(breakOff)
    await expect(findUser(Deadline.in(1_000))).rejects.toSatisfy((error) => isApiError(error) && !isAnswered(error))
  })

  it('is not repeated after a definite refusal', async () => {
    inTurn(refuse(400))
    await expect(findUser()).rejects.toSatisfy(isApiError)
    expect(requests).toHaveLength(1)
  })

  it.each([
    ['a broken connection', breakOff, 1],
    ['500', refuse(500), 1],
    ['429, which says that nothing was done', refuse(429), 2],
  ])('that creates an event, after %s, is made %3$s times', async (_, fault, times) => {
    inTurn(fault, succeed)
    await sendEvent().catch(() => undefined)
    expect(requests).toHaveLength(times)
  })
})
