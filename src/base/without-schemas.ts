/**
 * Fastify without what it compiles JSON schemas with: all that comes is checked by zod, which the configuration
 * needs anyway, and each start would have to load that, and compile.
 */
const none = (): never => {
  throw new Error('routes have no schemas here: they check by themselves')
}

export const withoutSchemas = {
  compilersFactory: { buildValidator: none, buildSerializer: none },
}
