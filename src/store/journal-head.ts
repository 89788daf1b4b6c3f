/**
 * What is known of a zone's journal without reading it, as octets: from when on it is whole, in
 * milliseconds (8), the sequence number up to which it was counted (8), and the octets of the entries
 * up to there (8). It outlives the entries: sequence numbers go on where they were.
 */
export interface JournalHead {
  /** Milliseconds since 1970. */
  readonly since: number
  /** 0 before the first entry. */
  readonly counted: number
  readonly octets: number
}

export const encodeJournalHead = ({ since, counted, octets }: JournalHead): Buffer => {
  const encoded = Buffer.allocUnsafe(24)
  encoded.writeBigUInt64BE(BigInt(since), 0)
  encoded.writeBigUInt64BE(BigInt(counted), 8)
  encoded.writeBigUInt64BE(BigInt(octets), 16)
  return encoded
}

export const decodeJournalHead = (encoded: Buffer): JournalHead => ({
  since: Number(encoded.readBigUInt64BE(0)),
  counted: Number(encoded.readBigUInt64BE(8)),
  octets: Number(encoded.readBigUInt64BE(16)),
})
