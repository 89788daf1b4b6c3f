/** Another server cannot be reached, or does not do its part; the message says what it did. */

export class NetworkError extends Error {
  override readonly name = 'NetworkError'
}
