/** How many transfers go on at once. */
import t from 'tap'
import { TransferSlots } from '../../src/transfer/slots.ts'

const taken = (slot: (() => void) | string): (() => void) => {
  if (typeof slot === 'string') throw new Error(slot)
  return slot
}

t.test('a slot that is given back can be taken again', async (t) => {
  const slots = new TransferSlots({ atOnce: 2, perAddress: 1 })
  const first = taken(slots.take('a'))
  t.equal(slots.take('a'), '1 transfers to this address are under way')
  const second = taken(slots.take('b'))
  t.equal(slots.take('c'), '2 transfers are under way')
  first()
  taken(slots.take('a'))()
  second()
  taken(slots.take('b'))()
})

t.test('an address may have several', async (t) => {
  const slots = new TransferSlots({ atOnce: 9, perAddress: 2 })
  const [first, second] = [taken(slots.take('a')), taken(slots.take('a'))]
  t.type(slots.take('a'), 'string')
  first()
  t.type(slots.take('a'), 'function')
  t.type(slots.take('a'), 'string')
  second()
})
