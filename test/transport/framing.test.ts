/** The length before each message on TCP: both ways, and in whatever pieces it comes. */
import fc from 'fast-check'
import t from 'tap'
import { Deframer, frame } from '../../src/transport/framing.ts'
import { endpointText } from '../../src/transport/transport.ts'
import { framed } from '../support/raw-tcp-client.ts'

const push = (deframer: Deframer, ...pieces: readonly Buffer[]): string[] =>
  pieces.flatMap((piece) => [...deframer.push(piece)].map((message) => message.toString('hex')))

t.test('RFC 1035 §4.2.2 a message goes out after its length, in network byte order', async (t) => {
  t.equal(frame(Uint8Array.of(1, 2, 3)).toString('hex'), '0003010203')
  t.equal(frame(Buffer.alloc(0)).toString('hex'), '0000')
  const largest = frame(Buffer.alloc(0xffff, 7))
  t.equal(largest.length, 2 + 0xffff)
  t.equal(largest.subarray(0, 3).toString('hex'), 'ffff07')
})

t.test('RFC 1035 §4.2.2 messages are taken out of one piece', async (t) => {
  const deframer = new Deframer()
  t.strictSame(push(deframer, Buffer.from('0001aa0002bbcc0000', 'hex')), ['aa', 'bbcc', ''])
  t.equal(deframer.isWithinMessage, false)
})

t.test('RFC 7766 §8 a message is put together from single octets', async (t) => {
  const deframer = new Deframer()
  const octets = [...Buffer.from('0002bbcc', 'hex')]
  const seen = octets.map((octet) => {
    const messages = push(deframer, Buffer.of(octet))
    return { messages, within: deframer.isWithinMessage }
  })
  t.strictSame(seen, [
    { messages: [], within: true },
    { messages: [], within: true },
    { messages: [], within: true },
    { messages: ['bbcc'], within: false },
  ])
})

t.test('a message does not share its memory with the piece it came in', async (t) => {
  const piece = Buffer.from('0001aa', 'hex')
  const [message] = [...new Deframer().push(piece)]
  piece.fill(0)
  t.equal(message?.toString('hex'), 'aa')
})

t.test('any messages in any pieces come out as they went in', async (t) => {
  const someMessages = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 })
  const someCuts = fc.array(fc.nat(400), { maxLength: 20 })
  fc.assert(
    fc.property(someMessages, someCuts, fc.nat(41), (messages, cuts, unfinished) => {
      const rest = framed(Buffer.alloc(41)).subarray(0, unfinished)
      const stream = Buffer.concat([framed(...messages.map((m) => Buffer.from(m))), rest])
      const edges = [0, ...cuts.filter((cut) => cut < stream.length), stream.length]
      edges.sort((a, b) => a - b)
      const pieces = edges.slice(1).map((edge, i) => stream.subarray(edges[i], edge))
      const deframer = new Deframer()
      const taken = push(deframer, ...pieces)
      const given = messages.map((message) => Buffer.from(message).toString('hex'))
      return (
        JSON.stringify(taken) === JSON.stringify(given) &&
        deframer.isWithinMessage === unfinished > 0
      )
    }),
  )
  t.pass('no counterexample')
})

t.test('RFC 3986 §3.2.2 an IPv6 address stands in brackets before its port', async (t) => {
  t.equal(endpointText({ address: '::1', port: 53 }), '[::1]:53')
  t.equal(endpointText({ address: '127.0.0.1', port: 5300 }), '127.0.0.1:5300')
})
