/**
 * How long a whole zone takes by AXFR, from any server that runs already, and what it costs that one:
 * `node build/bench/load/axfr.js PORT ZONE PID [ROUNDS]`. It reads as fast as octets come and parses
 * nothing but the header of each message, so that it measures the server and not itself. The server is
 * to give the zone to 127.0.0.1. Each line has the time to the first message and to the last, the
 * processor time of the process, and the most memory it has ever had (proc(5), VmHWM).
 */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { nameFromText } from '../../src/text/name-text.ts'
import { Deframer, frame } from '../../src/transport/framing.ts'
import { RrClass, RrType } from '../../src/wire/codes.ts'
import { readHeader } from '../../src/wire/header.ts'
import { parseMessage } from '../../src/wire/message.ts'
import { MessageWriter } from '../../src/wire/writer.ts'

/** USER_HZ, which Linux fixes for everything that it shows. */
const TICKS_A_SECOND = 100

const [portText = '', zoneText = '', pid = '', roundsText = '5'] = process.argv.slice(2)

const processorMilliseconds = (): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // The second field is a file name in brackets and may hold blanks and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND) * 1000
}

const peakMebibytes = (): number => {
  const [, kilobytes] =
    /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
  return Number(kilobytes) / 1024
}

const request = (): Buffer => {
  const zone = nameFromText(zoneText)
  if (!zone.ok) throw new Error(`"${zoneText}" is no domain name: ${zone.why}`)
  const writer = new MessageWriter(512)
  writer.header(7, 0)
  writer.question(zone.name, RrType.AXFR, RrClass.IN)
  return frame(writer.finish())
}

interface Fetched {
  readonly firstMilliseconds: number
  readonly milliseconds: number
  readonly messages: number
  readonly records: number
  readonly octets: number
}

const ANSWER_COUNT = 6

/** SERIAL to MINIMUM of the SOA that a transfer begins with, and ends with. */
const endOfSoa = (first: Buffer): Buffer => {
  const header = readHeader(first)
  const parsed = header && parseMessage(first, header)
  const soa = parsed?.ok === true ? parsed.message.answers[0] : undefined
  if (soa === undefined) throw new Error('the server does not give the zone')
  const end = soa.rdataOffset + soa.rdataLength
  return first.subarray(end - 20, end)
}

const fetch = async (): Promise<Fetched> => {
  const started = performance.now()
  const socket = connect({ port: Number(portText), host: '127.0.0.1' })
  const deframer = new Deframer()
  const counted = { firstMilliseconds: 0, milliseconds: 0, messages: 0, records: 0, octets: 0 }
  socket.write(request())
  let soa: Buffer | undefined
  for await (const piece of socket) {
    // No encoding was set.
    for (const message of deframer.push(piece as Buffer)) {
      soa ??= endOfSoa(message)
      if (counted.messages++ === 0) counted.firstMilliseconds = performance.now() - started
      counted.milliseconds = performance.now() - started
      counted.records += message.readUInt16BE(ANSWER_COUNT)
      counted.octets += message.length
      if (counted.records > 1 && message.subarray(-20).equals(soa)) return counted
    }
  }
  throw new Error('the server closed before the zone was whole')
}

for (let round = 0; round < Number(roundsText); round++) {
  const before = processorMilliseconds()
  const { firstMilliseconds, milliseconds, messages, records, octets } = await fetch()
  const processor = processorMilliseconds() - before
  process.stdout.write(
    `${records} records, ${messages} messages, ${octets} octets: first ${firstMilliseconds.toFixed(0)} ms, ` +
      `all ${milliseconds.toFixed(0)} ms, processor ${processor} ms, peak ${peakMebibytes().toFixed(0)} MiB\n`,
  )
}
