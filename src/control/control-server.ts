/** The server's side of the control socket: it listens, and words what goes wrong. */
import { lstatSync, rmSync } from 'node:fs'
import {
  fastify,
  type FastifyError,
  type FastifyInstance,
  type FastifyPluginCallback,
} from 'fastify'
import { InputError } from '../base/input-error.ts'
import type { Log } from '../base/log.ts'
import { withoutSchemas } from '../base/without-schemas.ts'
import { StoreError } from '../zone/zone.ts'
import { ControlRefusal, PROBLEM_TYPE, type Problem } from './problem.ts'
import { openSocketPath } from './socket-path.ts'

/** A group of commands; its routes are those of one `…-routes.ts`. */
export type ControlRoutes = FastifyPluginCallback

/** Octets that a request may have, but where a route says otherwise. */
const MOST_OCTETS = 1024 * 1024

/** Requests that may be under way: commands that wait hold theirs. */
const MOST_CONNECTIONS = 512

/** A name of 255 octets, each written as `\001` and escaped for a URL. */
const LONGEST_NAME = 6 * 255

/** All groups in one server that does not listen yet. */
export const createControl = (groups: readonly ControlRoutes[], log: Log): FastifyInstance => {
  const server = fastify({
    bodyLimit: MOST_OCTETS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: LONGEST_NAME },
    schemaController: withoutSchemas,
  })
  server.server.maxConnections = MOST_CONNECTIONS
  server.setErrorHandler<FastifyError>((error, _, reply) => {
    const problem = problemOf(error)
    if (problem.status === 500)
      log.error({ err: error }, 'a command failed; please report this line')
    return reply.code(problem.status).type(PROBLEM_TYPE).send(problem)
  })
  server.setNotFoundHandler((request, reply) => {
    const detail = `this server knows no ${request.method} ${request.url}: it is of another version`
    const problem = problemOf(new ControlRefusal(404, detail))
    return reply.code(404).type(PROBLEM_TYPE).send(problem)
  })
  for (const routes of groups) server.register(routes)
  return server
}

const problemOf = (error: FastifyError | Error): Problem => {
  if (error instanceof ControlRefusal) return problem(error.status, error.message)
  if (error instanceof InputError || error instanceof AggregateError) {
    return problem(422, error.message)
  }
  if (error instanceof StoreError) return problem(503, error.message)
  // What Fastify itself refuses: a body that is too large or no JSON.
  const status = 'statusCode' in error ? error.statusCode : undefined
  if (status !== undefined && status < 500) return problem(status, error.message)
  return problem(500, 'the server could not do it; its log says why')
}

const TITLES: Readonly<Record<number, string>> = {
  404: 'Not Found',
  409: 'Conflict',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

const problem = (status: number, detail: string): Problem => ({
  status,
  title: TITLES[status] ?? 'Bad Request',
  detail,
})

/**
 * Listens at the path, for the owner alone. What an earlier server left there is taken away: whoever
 * holds the store for writing is the only server of it.
 * @returns how to end it
 * @throws what the system says; Error when the path is too long, or something else is there
 */
export const openControl = async (
  path: string,
  groups: readonly ControlRoutes[],
  log: Log,
): Promise<() => Promise<void>> => {
  const socket = openSocketPath(path)
  if (socket === undefined) {
    throw new Error(`${path} is too long: set "control" to a path of 103 octets at most`)
  }
  try {
    removeStale(socket.path)
    const server = createControl(groups, log)
    await listenPrivately(server, socket.path)
    return async () => {
      await server.close()
      socket.release()
    }
  } catch (error) {
    socket.release()
    throw error
  }
}

/** Nobody else may open the socket, not even for a moment. */
const listenPrivately = async (server: FastifyInstance, path: string): Promise<void> => {
  const umask = process.umask(0o177)
  try {
    await server.listen({ path })
  } finally {
    process.umask(umask)
  }
}

const removeStale = (path: string): void => {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!found.isSocket()) throw new Error(`${path} is there already, and is no socket`)
  rmSync(path)
}
