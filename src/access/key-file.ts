/**
 * Key files in BIND's syntax, as tsig-keygen writes and `nsupdate -k` reads:
 * `key "name" { algorithm hmac-sha256; secret "base64"; };`, any number of them, with comments.
 */
import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { InputError } from '../base/input-error.ts'
import { nameFromText, nameToText } from '../text/name-text.ts'
import type { Name } from '../wire/name.ts'
import { algorithmFromText, algorithmTexts, shortestMac, type TsigAlgorithm } from './algorithm.ts'
import type { TsigKey } from './keyring.ts'

/** Where a key stands, for messages about it. */
export interface PlacedKey {
  readonly key: TsigKey
  readonly line: number
  readonly column: number
}

/**
 * @throws InputError with file, line and column when it is no key file, is empty, or others can read it
 */
export const readKeyFile = (file: string): PlacedKey[] => {
  const mode = statSync(file).mode & 0o777
  if ((mode & 0o007) !== 0) {
    const shown = mode.toString(8)
    throw new InputError(file, 1, 1, `everybody can read the secret (mode ${shown}): chmod 600 it`)
  }
  const text = readFileSync(file, 'utf8')
  // Such as a disk leaves that was full.
  if (text.trim() === '') {
    const why = 'there is nothing in this file: remove it, or write the key into it'
    throw new InputError(file, 1, 1, why)
  }
  return parseKeys(text, file)
}

/** @throws InputError */
export const parseKeys = (text: string, file: string): PlacedKey[] => {
  const statements = new KeyParser(text, file)
  const keys: PlacedKey[] = []
  while (!statements.atEnd()) keys.push(statements.key())
  return keys
}

/**
 * The text of a key file for a new random secret, as long as the algorithm's MAC.
 * @param macLength octets of the MACs that the key shall ask for
 */
export const generateKey = (
  name: Name,
  algorithm: TsigAlgorithm,
  macLength = algorithm.macLength,
): string => {
  const secret = createSecretKey(randomBytes(algorithm.macLength))
  return keyFileText({ name, text: nameToText(name), algorithm, macLength, secret })
}

/** The text of a key file that holds this key: it has the secret in it. */
export const keyFileText = ({ text, algorithm, macLength, secret }: TsigKey): string => {
  const bits = macLength === algorithm.macLength ? '' : `-${macLength * 8}`
  return [
    `key "${text.replace(/(?<=.)\.$/, '')}" {`,
    `\talgorithm ${algorithm.text}${bits};`,
    `\tsecret "${secretText(secret)}";`,
    '};',
    '',
  ].join('\n')
}

/** A secret in base64, as key files and clients have it. */
export const secretText = (secret: KeyObject): string => secret.export().toString('base64')

interface Token {
  readonly text: string
  readonly line: number
  readonly column: number
}

/** Blanks and the three kinds of comment, a quoted string, a bracket or semicolon, or a word. */
const TOKEN = /\s+|\/\/[^\n]*|#[^\n]*|\/\*[^]*?\*\/|"([^"\n]*)"|([{};])|((?!\/\*)[^\s{};"]+)/gy

class KeyParser {
  private readonly file: string
  private readonly tokens: Token[]
  private readonly last: Token
  private next = 0

  constructor(text: string, file: string) {
    this.file = file
    this.tokens = tokenize(text, file)
    const column = text.length - text.lastIndexOf('\n')
    this.last = { text: '', line: text.split('\n').length, column }
  }

  atEnd(): boolean {
    return this.next === this.tokens.length
  }

  /** `key NAME { algorithm A; secret S; };`, the two in either order. */
  key(): PlacedKey {
    const start = this.expect('key')
    const name = this.name()
    this.expect('{')
    let algorithm: ReturnType<KeyParser['algorithm']> | undefined
    let secret: Buffer | undefined
    for (let word = this.take(); word.text !== '}'; word = this.take()) {
      const keyword = word.text.toLowerCase()
      if (keyword === 'algorithm' && algorithm === undefined) algorithm = this.algorithm()
      else if (keyword === 'secret' && secret === undefined) secret = this.secret()
      else this.fail(word, 'expected "algorithm" or "secret", each once, or "}"')
      this.expect(';')
    }
    this.expect(';')
    if (algorithm === undefined) return this.fail(start, 'the key has no algorithm')
    if (secret === undefined) return this.fail(start, 'the key has no secret')
    const key: TsigKey = { ...name, ...algorithm, secret: createSecretKey(secret) }
    return { key, line: start.line, column: start.column }
  }

  private take(): Token {
    return this.tokens[this.next++] ?? this.fail(this.last, 'the file ends within a key')
  }

  private expect(text: string): Token {
    const token = this.take()
    // Not what stands there instead: it may be a secret, or the rest of one.
    return token.text.toLowerCase() === text ? token : this.fail(token, `expected "${text}"`)
  }

  private name(): { name: Name; text: string } {
    const token = this.take()
    const parsed = nameFromText(token.text)
    return parsed.ok
      ? { name: parsed.name, text: nameToText(parsed.name) }
      : this.fail(token, 'this is no key name: it has to be a domain name')
  }

  /** `hmac-sha256`, or `hmac-sha256-128` for MACs truncated to as many bits. */
  private algorithm(): { algorithm: TsigAlgorithm; macLength: number } {
    const token = this.take()
    const bits = /(?<=-)\d{2,3}$/.exec(token.text)?.[0]
    const text = bits === undefined ? token.text : token.text.slice(0, -bits.length - 1)
    const algorithm = algorithmFromText(text)
    if (algorithm === undefined) {
      return this.fail(token, `the algorithm is none of ${algorithmTexts.join(', ')}`)
    }
    const macLength = bits === undefined ? algorithm.macLength : Number(bits) / 8
    const shortest = shortestMac(algorithm)
    if (!Number.isInteger(macLength) || macLength < shortest || macLength > algorithm.macLength) {
      const [low, high] = [shortest * 8, algorithm.macLength * 8]
      return this.fail(token, `a ${algorithm.text} has ${low} to ${high} bits, a multiple of 8`)
    }
    return { algorithm, macLength }
  }

  private secret(): Buffer {
    const token = this.take()
    // BIND takes blanks within the quotes.
    const text = token.text.replaceAll(/\s/g, '')
    const secret = Buffer.from(text, 'base64')
    // Buffer.from reads whatever it can: only what it would write again is base64.
    const unpadded = text.replace(/=+$/, '')
    if (secret.length === 0 || secret.toString('base64').replace(/=+$/, '') !== unpadded) {
      // Not the text itself: it may be the secret with one letter missing.
      return this.fail(token, 'the secret is not base64')
    }
    return secret
  }

  private fail(token: Token, what: string): never {
    throw new InputError(this.file, token.line, token.column, what)
  }
}

const tokenize = (text: string, file: string): Token[] => {
  const tokens: Token[] = []
  let at = 0
  let line = 1
  let lineStart = 0
  for (const [whole, quoted, sign, word] of text.matchAll(TOKEN)) {
    const token = quoted ?? sign ?? word
    if (token !== undefined) tokens.push({ text: token, line, column: at - lineStart + 1 })
    const newline = whole.lastIndexOf('\n')
    if (newline !== -1) {
      line += whole.split('\n').length - 1
      lineStart = at + newline + 1
    }
    at += whole.length
  }
  if (at === text.length) return tokens
  throw new InputError(file, line, at - lineStart + 1, 'a quote or comment does not end')
}
