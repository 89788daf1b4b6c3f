/** What goes wrong at the control socket, as problem details (RFC 9457), both ways. */

export interface Problem {
  /** The HTTP status (RFC 9457 §3.1.2). */
  readonly status: number
  readonly title: string
  /** For the operator: what is wrong and what to do (RFC 9457 §3.1.4). */
  readonly detail: string
}

export const PROBLEM_TYPE = 'application/problem+json'

/** Thrown by a route that cannot do what was asked: the operator reads `detail`. */
export class ControlRefusal extends Error {
  override readonly name = 'ControlRefusal'
  readonly status: 400 | 404 | 409 | 422 | 503

  constructor(status: ControlRefusal['status'], detail: string) {
    super(detail)
    this.status = status
  }
}

/** Thrown by the client: no server, or the words of one that would not. */
export class ControlError extends Error {
  override readonly name = 'ControlError'
  /** Undefined when no server answered. */
  readonly status: number | undefined

  constructor(detail: string, status?: number) {
    super(detail)
    this.status = status
  }

  /** Whether what was asked for is to blame, and not the world. */
  get isOperators(): boolean {
    return this.status !== undefined && this.status < 500
  }
}
