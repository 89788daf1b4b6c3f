/** What the OpenAPI document says of answers, and whether an answer is such a one. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  /** Undefined where there is no JSON. */
  readonly body: unknown
}

export type Method = 'GET' | 'POST' | 'DELETE' | 'PUT' | 'HEAD' | 'OPTIONS'

interface Operation {
  readonly responses: Readonly<Record<string, unknown>>
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation | undefined>>>>
}

export class Contract {
  private readonly routes: readonly { readonly route: string; readonly pattern: RegExp }[]
  private readonly document: Document
  private readonly ajv = new Ajv2020({ strict: false, validateFormats: false })

  constructor(document: Document) {
    this.document = document
    this.routes = Object.keys(document.paths).map((route) => ({
      route,
      pattern: new RegExp(`^${route.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    }))
    this.ajv.addSchema({ ...document }, 'api')
  }

  /** @throws where the document has no such answer, or another */
  check(method: Method, path: string, { status, headers, body }: Answered): void {
    const isProblem = headers['content-type'] === 'application/problem+json; charset=utf-8'
    if (isProblem !== status >= 400)
      throw new Error(`${status} is ${String(headers['content-type'])}`)
    if (headers['cache-control'] !== 'no-store') throw new Error('an answer that may be kept')
    const validate = isProblem
      ? this.validator('Problem', '#/components/schemas/Problem')
      : this.validator(path, this.pointer(method, path))
    if (!validate(body)) throw new Error(`${path}: ${JSON.stringify([validate.errors, body])}`)
    if (!isProblem) return
    const operation = this.operation(method, path)
    if (operation !== undefined && !(`${status}` in operation.responses)) {
      throw new Error(`${method} ${path} is not said to answer ${status}`)
    }
  }

  private operation(method: Method, path: string): Operation | undefined {
    const route = this.route(path)
    return route === undefined ? undefined : this.document.paths[route]?.[method.toLowerCase()]
  }

  private route(path: string): string | undefined {
    const plain = path.replace(/\?.*/, '')
    return this.routes.find(({ pattern }) => pattern.test(plain))?.route
  }

  private pointer(method: Method, path: string): string {
    const route = this.route(path)
    if (route === undefined) return '#'
    const steps = ['paths', route, method.toLowerCase(), 'responses', '200', 'content']
    const all = [...steps, 'application/json', 'schema']
    return `#/${all.map((step) => encodeURIComponent(step.replaceAll('/', '~1'))).join('/')}`
  }

  private validator(id: string, pointer: string): ValidateFunction {
    const validate = this.ajv.getSchema(`api${pointer}`)
    if (validate === undefined) throw new Error(`no schema for ${id}`)
    return validate
  }
}
