/**
 * The steps that packets pass by the thousand, one by one, each in a loop of its own, and beside some of
 * them what they are there instead of: `node build/bench/micro/steps.js`. Nanoseconds a call, the least and the median of
 * some rounds; with a few objects that are always the same these are lower bounds. It asserts nothing.
 */
import { createHmac } from 'node:crypto'
import { pino } from 'pino'
import { hmac } from '../../src/access/hmac.ts'
import { systemClock } from '../../src/base/clock.ts'
import { JsonLog } from '../../src/cli/json-log.ts'
import { AnswerCache } from '../../src/server/answer-cache.ts'
import { AnswerReads } from '../../src/server/answer-reads.ts'
import { serverCookie } from '../../src/server/cookies.ts'
import { RateLimiter } from '../../src/server/rate-limit.ts'
import { RrClass, RrType } from '../../src/wire/codes.ts'
import { OptionCode } from '../../src/wire/edns.ts'
import { EnvelopeWriter } from '../../src/wire/envelope-writer.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'
import { decodeNode, encodeNode, RecordCursor } from '../../src/zone/node.ts'
import { ZoneChanges } from '../../src/zone/zone-changes.ts'
import { message, opt, query, question, u16 } from '../../test/support/messages.ts'
import { a, named, nodeOf } from '../../test/support/records.ts'
import { SETTINGS, TestService, tsigKey, ZONE_TEXT } from '../../test/support/service.ts'

const ROUNDS = 15
const NAMES = 1024

/** So that nothing is left out because nobody looks at it. */
let seen = 0

/** @param step is given numbers from 0 up to NAMES, again and again */
const measure = (title: string, step: (index: number) => number, times = 64): void => {
  const nanoseconds = Array.from({ length: ROUNDS }, () => {
    const before = process.hrtime.bigint()
    for (let time = 0; time < times; time++) {
      for (let index = 0; index < NAMES; index++) seen += step(index)
    }
    return Number(process.hrtime.bigint() - before) / (times * NAMES)
  }).sort((one, other) => one - other)
  const [least = 0] = nanoseconds
  const median = nanoseconds[ROUNDS >> 1] ?? 0
  process.stdout.write(`${title.padEnd(58)} ${least.toFixed(0)} (${median.toFixed(0)})\n`)
}

/** One for each name. */
const each = <T>(make: (index: number) => T): ((index: number) => T) => {
  const made = Array.from({ length: NAMES }, (_, index) => make(index))
  return (index) => made[index] as T
}

const ownerOf = (index: number): string => `host-${index}.dyn.example.`

/** A good one of the client that asks. */
const cookieOption = (nowSeconds: number): Buffer<ArrayBuffer> => {
  const client = Buffer.alloc(8, 5)
  const address = Buffer.from([192, 0, 2, 77])
  const server = serverCookie(SETTINGS.cookieSecret, client, address, nowSeconds)
  return Buffer.concat([u16(OptionCode.COOKIE), u16(client.length + server.length), client, server])
}

const quickAnswers = (): void => {
  const service = new TestService()
  const names = Array.from({ length: NAMES }, (_, index) => `host-${index} A 192.0.2.1\n`)
  service.addZone('dyn.example.', ZONE_TEXT + names.join(''), [])
  const { dispatcher } = service
  const packetOf = each((index) => query(ownerOf(index), RrType.A))
  const requestOf = each((index) => ({
    octets: packetOf(index),
    start: 0,
    end: packetOf(index).length,
    address: '192.0.2.77',
    transport: 'udp' as const,
    answer: new Uint8Array(512),
    at: 0,
    room: 512,
  }))
  const source = { address: '192.0.2.77', port: 4000, transport: 'udp' as const }
  const long = (index: number): number => {
    void dispatcher.handle(packetOf(index), source, ({ length }) => {
      seen += length
    })
    return 0
  }
  measure('a query, the long way, from a store in memory', long, 8)
  measure('a query, the quick way (ADR 16)', (index) => dispatcher.quick(requestOf(index)))
  const cookie = cookieOption(service.clock.nowSeconds())
  const ask = (index: number): Buffer =>
    query(ownerOf(index), RrType.A, { additionals: [opt(1232, 0, 0, cookie)] })
  const askOf = each(ask)
  const withCookie = each((index) => {
    const octets = askOf(index)
    return { ...requestOf(index), octets, end: octets.length }
  })
  const longWith = (index: number): number => {
    void dispatcher.handle(askOf(index), source, ({ length }) => {
      seen += length
    })
    return 0
  }
  measure('… with a cookie, the long way', longWith, 8)
  measure('… with a cookie, the quick way (ADR 16)', (index) => dispatcher.quick(withCookie(index)))
}

const answerCache = (): void => {
  const changes = new ZoneChanges()
  const reads = new AnswerReads(changes)
  const cache = new AnswerCache(SETTINGS.answerCache, changes)
  const keyOf = each((index) => nameKeyOf(named(ownerOf(index))))
  const questionOf = each((index) => {
    const octets = message({ questions: [question(ownerOf(index), RrType.A)] })
    return { octets, start: 12, end: octets.length }
  })
  const put = (index: number): number => {
    const asked = questionOf(index)
    reads.begin()
    reads.note('node', keyOf(index))
    cache.put(asked, asked.octets, { account: 7, leansOnSpelling: false, reads })
    return 0
  }
  measure('an answer kept (ADR 16)', put)
  measure('an answer found, and seen to be true (ADR 16)', (index) => cache.find(questionOf(index)))
  measure('the place of a part of a zone (ADR 16)', (index) => changes.place('node', keyOf(index)))
  const limits = { responsesPerSecond: 100, slip: 2, ipv4PrefixLength: 24, ipv6PrefixLength: 56 }
  const limiter = new RateLimiter(limits, systemClock)
  measure('an answer within the rate limit', (index) => limiter.account(index, 7).length)
}

const updateParts = (): void => {
  const key = tsigKey('ddns-key.')
  const pieces = [Buffer.alloc(180, 7), Buffer.alloc(60, 8)]
  measure('HMAC-SHA256 of 240 octets as two hashes (ADR 17)', () => hmac(key, pieces).length, 8)
  const byObject = (): number => {
    const object = createHmac('sha256', key.secret)
    for (const piece of pieces) object.update(piece)
    return object.digest().length
  }
  measure("… by node's Hmac object", byObject, 8)
  const fields = {
    zone: 'dyn.example.',
    principal: 'key:ddns-key.',
    source: '192.0.2.77#4000',
    added: ['host-1.dyn.example. 300 A 192.0.2.1'],
    removed: ['host-1.dyn.example. 300 A 192.0.2.2'],
    serial: 7,
    milliseconds: 3,
  }
  const count = (line: string): void => {
    seen += line.length
  }
  const json = new JsonLog(count, systemClock)
  const plain = pino({ base: null }, { write: count })
  const lineOf = (log: Pick<JsonLog, 'info'>) => (): number => {
    log.info(fields, 'update')
    return 0
  }
  measure('a log line put together by hand (ADR 17)', lineOf(json), 8)
  measure('… by pino', lineOf(plain), 8)
}

const transferParts = (): void => {
  const nodeAt = each((index) => nodeOf(a(ownerOf(index), '192.0.2.1')))
  const encodedOf = each((index) => encodeNode(nodeAt(index)))
  measure('a node made octets', (index) => encodeNode(nodeAt(index)).length)
  measure('a node made of octets', (index) => decodeNode(encodedOf(index)).rrsets.length)
  const cursor = new RecordCursor()
  const records = (index: number): number => {
    cursor.open(encodedOf(index), 0)
    let count = 0
    while (cursor.next()) count++
    return count
  }
  measure('the records of a node without making it (ADR 17)', records)
  const asked = { name: named('dyn.example.'), type: RrType.AXFR, class: RrClass.IN }
  let writer = new EnvelopeWriter(7, 0, asked)
  const write = (owner: string) => {
    const recordOf = each((index) => a(`${index}${owner}`, '192.0.2.1'))
    return (index: number): number => {
      const record = recordOf(index)
      if (!writer.record(record)) writer = new EnvelopeWriter(7, 0, asked)
      return writer.records
    }
  }
  measure('a record in an envelope, right below the apex (ADR 17)', write('.dyn.example.'))
  measure('… further below', write('.far.dyn.example.'))
}

process.stdout.write('ns a call, the least and the median\n')
quickAnswers()
answerCache()
updateParts()
transferParts()
if (seen === 0) process.stdout.write('nothing was done\n')
