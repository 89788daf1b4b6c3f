/**
 * A message taken apart: header, question or zone section, and three sections of RRs whose RDATA
 * stays in the packet. QUERY and UPDATE share the format (RFC 1035 §4.1, RFC 2136 §2).
 */
import { RrType } from './codes.ts'
import { readOpt, type Edns } from './edns.ts'
import { HEADER_LENGTH, type Header } from './header.ts'
import { rootName } from './name.ts'
import { Reader } from './reader.ts'
import { readQuestion, readRecords, type Question, type RecordView } from './record.ts'

export interface Message {
  readonly packet: Uint8Array
  readonly header: Header
  readonly questions: readonly Question[]
  /** The answer section; the prerequisites of an UPDATE (RFC 2136 §2.4). */
  readonly answers: readonly RecordView[]
  /** The authority section; the update section of an UPDATE (RFC 2136 §2.5). */
  readonly authorities: readonly RecordView[]
  /** The additional section without its OPT and TSIG RRs. */
  readonly additionals: readonly RecordView[]
  readonly edns: Edns | undefined
  readonly tsig: RecordView | undefined
}

/** A message, or in a few words why it is FORMERR, with as much of the question as was read. */
export type ParsedMessage =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly why: string; readonly questions: readonly Question[] }

export const parseMessage = (packet: Uint8Array, header: Header): ParsedMessage => {
  const reader = new Reader(packet, HEADER_LENGTH)
  const [questionCount, answerCount, authorityCount, additionalCount] = header.counts
  const questions: Question[] = []
  const bad = (why: string): ParsedMessage => ({ ok: false, why, questions })

  for (let i = 0; i < questionCount; i++) {
    const question = readQuestion(reader)
    if (!reader.ok) return bad('the question section ends early or holds a bad name')
    questions.push(question)
  }
  const answers = readRecords(reader, answerCount)
  const authorities = readRecords(reader, authorityCount)
  const additionals = readRecords(reader, additionalCount)
  if (!reader.ok) return bad('a record ends early or holds a bad name')
  if (reader.remaining > 0) return bad('octets follow the last record')

  // RFC 8945 §5.2: one TSIG at most, the last record of the message.
  const last = additionals.at(-1)
  const tsig = last?.type === RrType.TSIG ? last : undefined
  if (tsig !== undefined) additionals.pop()
  const opt = takeOpt(additionals)
  if (opt === 'bad') return bad('the OPT record is not owned by the root')
  if ([answers, authorities, additionals].some((section) => section.some(isMisplaced))) {
    return bad('a TSIG that is not the last record, or an OPT that is repeated or not additional')
  }
  let edns: Edns | undefined
  if (opt !== undefined) {
    edns = readOpt(packet, opt)
    if (edns === undefined) return bad('the EDNS options end early')
  }
  return {
    ok: true,
    message: { packet, header, questions, answers, authorities, additionals, edns, tsig },
  }
}

/** Takes the OPT RR out of the section; RFC 6891 §6.1.1 allows one, owned by the root. */
const takeOpt = (additionals: RecordView[]): RecordView | 'bad' | undefined => {
  const index = additionals.findIndex((record) => record.type === RrType.OPT)
  if (index === -1) return undefined
  const [opt] = additionals.splice(index, 1)
  return opt?.owner.length === rootName.length ? opt : 'bad'
}

/** What is left of these after the one OPT and the last TSIG were taken is in the wrong place. */
const isMisplaced = (record: RecordView): boolean =>
  record.type === RrType.TSIG || record.type === RrType.OPT
