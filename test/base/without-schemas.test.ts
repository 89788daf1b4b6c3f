/** Routes check what comes by themselves. */
import { fastify } from 'fastify'
import t from 'tap'
import { withoutSchemas } from '../../src/base/without-schemas.ts'

t.test('a route with a schema is a bug that keeps the server from starting', async (t) => {
  const schema = { type: 'object' }
  for (const wanted of [{ body: schema }, { response: { 200: schema } }]) {
    const server = fastify({ schemaController: withoutSchemas })
    server.post('/', { schema: wanted }, () => ({}))
    await t.rejects(Promise.resolve(server.ready()), { message: /check by themselves/ })
  }
})
