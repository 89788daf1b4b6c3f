/** A server that a secondary zone is fetched from, and what it is asked (RFC 1034 §4.3.5). */
import { randomInt } from 'node:crypto'
import type { TsigKey } from '../access/keyring.ts'
import { signRequest, type AnswerVerifier } from '../access/tsig-client.ts'
import { RrClass, RrType } from '../wire/codes.ts'
import { EDNS_UDP_SIZE, OptionCode, optRecord } from '../wire/edns.ts'
import type { Name } from '../wire/name.ts'
import { MessageWriter } from '../wire/writer.ts'
import { soaSerial, type Soa } from '../zone/soa.ts'
import type { TransferRequest } from '../transfer/incoming.ts'

export interface Primary {
  readonly address: string
  readonly port: number
  /** Signs what it is asked, and has to sign what it answers. */
  readonly key: TsigKey | undefined
}

export const primaryText = ({ address, port }: Primary): string => `${address}#${port}`

export interface Asked extends TransferRequest {
  readonly packet: Uint8Array
  /** Checks the answer; undefined where nothing is signed. */
  readonly verifier: AnswerVerifier | undefined
}

export const askSoa = (primary: Primary, apex: Name, nowSeconds: number): Asked =>
  ask(primary, apex, RrType.SOA, undefined, nowSeconds)

export const askAxfr = (primary: Primary, apex: Name, nowSeconds: number): Asked =>
  ask(primary, apex, RrType.AXFR, undefined, nowSeconds)

/** @param soa the one that we have (RFC 1995 §3) */
export const askIxfr = (primary: Primary, apex: Name, soa: Soa, nowSeconds: number): Asked =>
  ask(primary, apex, RrType.IXFR, soa, nowSeconds)

const MOST_OCTETS = 0xffff

const ask = (
  { key }: Primary,
  apex: Name,
  type: RrType,
  soa: Soa | undefined,
  nowSeconds: number,
): Asked => {
  const id = randomInt(0x1_0000)
  const writer = new MessageWriter(MOST_OCTETS)
  writer.header(id, 0)
  writer.question(apex, type, RrClass.IN)
  if (soa !== undefined) {
    writer.rrset('authority', apex, RrType.SOA, RrClass.IN, soa.ttl, [soa.rdata])
  }
  writer.appendRecord(optRecord(WITH_EXPIRE))
  const unsigned = writer.finish()
  const request = { id, apex, serial: soa && soaSerial(soa.rdata) }
  if (key === undefined) return { ...request, packet: unsigned, verifier: undefined }
  return { ...request, ...signRequest(key, unsigned, nowSeconds) }
}

/** RFC 7314 §2: an empty option asks how long the zone is good for. */
const WITH_EXPIRE = {
  rcode: 0,
  dnssecOk: false,
  udpSize: EDNS_UDP_SIZE,
  options: [{ code: OptionCode.EXPIRE, data: new Uint8Array(0) }],
}
