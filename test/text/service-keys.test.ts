/** `text/service-keys.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import {
  isServiceKey,
  keysOf,
  protocolsOf,
  serviceFault,
  ServiceKey,
  serviceKeyFromName,
  serviceKeyName,
} from '../../src/text/service-keys.ts'

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')

const fault = (parameters: Readonly<Record<number, string>>): string | undefined =>
  serviceFault(new Map(Object.entries(parameters).map(([key, value]) => [Number(key), hex(value)])))
    ?.why

t.test('RFC 9460 §14.3.2 keys have names, or are key and their number', async (t) => {
  t.equal(serviceKeyName(ServiceKey.mandatory), 'mandatory')
  t.equal(serviceKeyName(ServiceKey.noDefaultAlpn), 'no-default-alpn')
  t.equal(serviceKeyName(ServiceKey.dohpath), 'key7')
  t.equal(serviceKeyName(65535), 'key65535')
})

t.test('RFC 9460 §2.1 keys are read in lower case, numbers without leading zeros', async (t) => {
  t.equal(serviceKeyFromName('ipv6hint'), 6)
  t.equal(serviceKeyFromName('dohpath'), 7)
  t.equal(serviceKeyFromName('key0'), 0)
  t.equal(serviceKeyFromName('key65535'), 65535)
  for (const text of ['', 'key', 'key65536', 'key007', 'KEY7', 'Alpn', 'key1x', 'toString']) {
    t.equal(serviceKeyFromName(text), undefined, `'${text}'`)
  }
})

t.test('RFC 9460 §7, §8 the first eight keys have rules of their own', async (t) => {
  t.ok(isServiceKey(0))
  t.ok(isServiceKey(7))
  t.notOk(isServiceKey(8))
})

t.test('RFC 9460 §7.1.1 alpn is protocol ids with their lengths', async (t) => {
  t.same(protocolsOf(hex('02 6832 01 78')).map(toHex), ['6832', '78'])
  for (const value of ['', '00', '02 68', '01 78 00']) t.same(protocolsOf(hex(value)), [], value)
})

t.test('RFC 9460 §8 mandatory is keys of two octets', async (t) => {
  t.same(keysOf(hex('0001 0004 ff00')), [1, 4, 0xff00])
})

t.test('RFC 9460 §7, §8 parameters without a fault', async (t) => {
  t.equal(fault({}), undefined)
  t.equal(
    fault({
      0: '0001 0003',
      1: '02 6832',
      2: '',
      3: '01bb',
      4: 'c0000201',
      5: '00',
      6: '01'.repeat(32),
      7: '',
      8: '',
      65535: '00',
    }),
    undefined,
  )
})

t.test('RFC 9460 §7, §8 parameters with a fault', async (t) => {
  t.equal(fault({ 0: '' }), 'mandatory needs keys')
  t.equal(fault({ 0: '00' }), 'mandatory needs keys')
  t.equal(fault({ 0: '0000' }), 'mandatory names itself, or a key twice')
  t.equal(fault({ 0: '0003 0003', 3: '01bb' }), 'mandatory names itself, or a key twice')
  t.equal(
    fault({ 0: '0004 0003', 3: '01bb', 4: 'c0000201' }),
    'mandatory names itself, or a key twice',
  )
  t.equal(fault({ 0: '0003' }), 'mandatory names port, which is not here')
  t.equal(fault({ 1: '00' }), 'alpn needs protocol ids of 1 to 255 octets')
  t.equal(fault({ 1: '02 6832', 2: '00' }), 'no-default-alpn takes no value')
  t.equal(fault({ 2: '' }), 'no-default-alpn needs alpn beside it')
  t.equal(fault({ 3: '01' }), 'port needs one number')
  t.equal(fault({ 4: '' }), 'ipv4hint needs IPv4 addresses')
  t.equal(fault({ 4: 'c00002' }), 'ipv4hint needs IPv4 addresses')
  t.equal(fault({ 5: '' }), 'ech needs base64')
  t.equal(fault({ 6: 'c0000201' }), 'ipv6hint needs IPv6 addresses')
})
