/**
 * Secrets of web clients. There are devices that take fewer than 32 characters and do not escape them
 * in a URL, so a secret is 28 small letters and digits; 130 of its bits are random.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto'

/** RFC 4648 §6, in small letters. */
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

const MARK = 'dd'
const CHARACTERS = 26

const base32 = (octets: Uint8Array, characters: number): string => {
  let text = ''
  let bits = 0
  let value = 0
  for (const octet of octets) {
    value = ((value & 0x1f) << 8) | octet
    for (bits += 8; bits >= 5 && text.length < characters; bits -= 5) {
      text += BASE32.charAt((value >>> (bits - 5)) & 0x1f)
    }
  }
  return text
}

export const newTokenSecret = (): string => MARK + base32(randomBytes(17), CHARACTERS)

/** SHA-256 in hex. No salt and no slowness: nobody guesses 130 random bits. */
export const digestOf = (secret: string): string =>
  createHash('sha256').update(secret, 'utf8').digest('hex')

/** What a device of a fleet is given at the factory; the fleet's secret never leaves the server. */
export const deviceSecret = (fleet: KeyObject, device: string): string =>
  base32(hmac(fleet, 'token', device), CHARACTERS)

const LABEL_CHARACTERS = 16

/** The first label of the device's name: it does not tell the device's id, so nobody can count through. */
export const deviceLabel = (fleet: KeyObject, device: string): string =>
  base32(hmac(fleet, 'label', device), LABEL_CHARACTERS)

const hmac = (fleet: KeyObject, purpose: string, device: string): Buffer =>
  createHmac('sha256', fleet).update(`${purpose}\0${device.toLowerCase()}`, 'utf8').digest()

export const isDeviceSecret = (fleet: KeyObject, device: string, secret: string): boolean => {
  const expected = Buffer.from(deviceSecret(fleet, device))
  const given = Buffer.from(secret)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
