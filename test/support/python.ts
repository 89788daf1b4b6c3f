/**
 * Programs in Python, which speak DNS by dnspython. Loading dnspython takes longer than what most of them
 * do, so one process loads it for all of a test program's, and each is run in a fork of that.
 */
import { spawn } from 'node:child_process'
import { connect, Socket } from 'node:net'
import type { Finished } from './tools.ts'

/**
 * Prints the port where it listens. A connection brings one program, its arguments and its input as JSON, and takes
 * back how it ended. It lives as long as the process that started it: until its standard input ends.
 */
const FORKS = `
import functools, gc, io, json, os, select, socket, sys, traceback
import dns.edns, dns.flags, dns.message, dns.opcode, dns.query, dns.rcode, dns.rdataclass, dns.rdatatype
import dns.tsig, dns.tsigkeyring, dns.update, dns.zone

def run(job):
    sys.argv = ['-c', *job['args']]
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(job['input']), io.StringIO(), io.StringIO()
    code = 0
    try:
        exec(compile(job['program'], '<string>', 'exec'), {'__name__': '__main__'})
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
        code = 1
    return {'code': code, 'stdout': sys.stdout.getvalue(), 'stderr': sys.stderr.getvalue()}

def serve(connection):
    job = json.loads(connection.makefile('rb').read())
    connection.sendall(json.dumps(run(job)).encode())

def bury():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass

# A datagram of somebody else's is none to end at: ports are given again to others soon.
dns.query.udp = functools.partial(dns.query.udp, ignore_unexpected=True)
# dnspython reads these from files when they are needed first.
dns.rdata.from_text('IN', 'SOA', '. . 1 1 1 1 1')
for kind in ['A', 'AAAA', 'MX', 'NS', 'SRV', 'TSIG', 'TXT', 'OPT', 'CNAME', 'PTR']:
    dns.rdata.get_rdata_class(dns.rdataclass.IN, dns.rdatatype.from_text(kind))
listener = socket.create_server(('127.0.0.1', 0))
print(listener.getsockname()[1], flush=True)
gc.disable()
while sys.stdin not in select.select([sys.stdin, listener], [], [])[0]:
    connection = listener.accept()[0]
    if os.fork() == 0:
        listener.close()
        try:
            serve(connection)
        finally:
            os._exit(0)
    connection.close()
    bury()
bury()
`

let forks: Promise<number> | undefined

/** @returns the port */
const startForks = async (): Promise<number> => {
  const child = spawn('/usr/bin/python3', ['-c', FORKS], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.once('error', () => undefined)
  let port = ''
  for await (const piece of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    port += String(piece)
    if (port.endsWith('\n')) break
  }
  if (port === '') throw new Error('python3 ended before it was ready')
  // It is not what a test program waits for.
  child.unref()
  for (const pipe of [child.stdin, child.stdout]) if (pipe instanceof Socket) pipe.unref()
  return Number(port)
}

/** Runs a program to its end, with `input` on its standard input. */
export const python = async (
  program: string,
  input = '',
  args: readonly string[] = [],
): Promise<Finished> => {
  forks ??= startForks()
  const socket = connect({ port: await forks, host: '127.0.0.1', allowHalfOpen: true })
  socket.setEncoding('utf8').end(JSON.stringify({ program, input, args }))
  let text = ''
  for await (const piece of socket) text += String(piece)
  // Such an object is what it answers.
  return JSON.parse(text) as Finished
}
