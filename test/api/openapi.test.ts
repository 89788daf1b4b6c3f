/** The document of the API, held against OpenAPI 3.1 itself by a validator that is not ours. */
import { Validator } from '@seriousme/openapi-schema-validator'
import t from 'tap'
import { TestApi } from '../support/api.ts'

t.test('the document is OpenAPI 3.1, and every reference in it leads somewhere', async (t) => {
  const api = new TestApi(t)
  const answer = await api.server.inject({ url: '/api/v1/openapi.json' })
  t.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  const document = answer.json<Record<string, unknown>>()
  const validator = new Validator()
  const { valid, errors } = await validator.validate(structuredClone(document))
  t.equal(valid, true, JSON.stringify(errors))
  t.equal(validator.version, '3.1')
  const references = answer.payload.match(/"\$ref":"[^"]*"/g) ?? []
  t.ok(references.length > 50)
  for (const reference of new Set(references)) {
    const [, path = ''] = /"#\/(.*)"$/.exec(reference) ?? []
    const found = path
      .split('/')
      .reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], document)
    t.type(found, 'object', reference)
  }
})

t.test('every operation has an id of its own, and says what it takes and gives', async (t) => {
  const { paths } = await new TestApi(t).document()
  const ids = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map((one) => (one as unknown as { operationId: string }).operationId),
  )
  t.strictSame(ids.sort(), [
    ...['changeRecords', 'createToken', 'followZone', 'listHosts', 'listKeys', 'listRecords'],
    ...['listSecondaries', 'listTokens', 'listZones', 'readHistory', 'readHost', 'readToken'],
    ...['readZone', 'restoreZone', 'revokeToken', 'rotateToken', 'undoChange'],
  ])
  t.match(paths['/zones/{zone}/changes']?.['post'], {
    parameters: [
      { name: 'zone', in: 'path', required: true },
      { name: 'If-Match', in: 'header' },
    ],
    requestBody: {
      content: { 'application/json': { schema: { $ref: '#/components/schemas/ChangeRequest' } } },
    },
    responses: { 412: { $ref: '#/components/responses/Problem' }, 413: {} },
  })
  t.match(paths['/zones/{zone}/events']?.['get'], {
    parameters: [{ name: 'zone' }, { name: 'since', in: 'query' }, { name: 'Last-Event-ID' }],
    responses: { 200: { content: { 'text/event-stream': {} } } },
  })
})

t.test('whoever asks for the document again and again is asked to wait', async (t) => {
  const api = new TestApi(t)
  const get = async () => (await api.ask(undefined, 'HEAD', '/openapi.json')).status
  const statuses = new Set<number>()
  for (let n = 0; n < 125; n++) statuses.add(await get())
  t.strictSame([...statuses], [200, 429])
})
