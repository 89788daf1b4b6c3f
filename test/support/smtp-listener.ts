/** A mail server that takes what it is given, and keeps it. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

export class SmtpListener {
  /** Each command, as it was sent. */
  readonly commands: string[] = []
  /** Each mail, headers and all. */
  readonly mails: string[] = []
  /** What it answers to DATA's end. */
  verdict = '250 taken'
  private readonly server: Server

  private constructor() {
    this.server = createServer((socket) => {
      this.serve(socket)
    }).listen(0, '127.0.0.1')
  }

  static async open(): Promise<SmtpListener> {
    const listener = new SmtpListener()
    await once(listener.server, 'listening')
    return listener
  }

  get port(): number {
    // It listens on a port.
    return (this.server.address() as AddressInfo).port
  }

  close(): void {
    this.server.close()
  }

  private serve(socket: Socket): void {
    let unread = ''
    let isMail = false
    const say = (line: string): void => {
      socket.write(`${line}\r\n`)
    }
    socket.on('error', () => undefined)
    socket.setEncoding('utf8').on('data', (piece: string) => {
      unread += piece
      for (;;) {
        const end = isMail ? '\r\n.\r\n' : '\r\n'
        const at = unread.indexOf(end)
        if (at === -1) return
        const text = unread.slice(0, at)
        unread = unread.slice(at + end.length)
        if (isMail) {
          this.mails.push(text)
          say(this.verdict)
        } else {
          this.commands.push(text)
          say(ANSWERS[text.slice(0, 4).toUpperCase()] ?? '250 ok')
        }
        isMail = !isMail && text.toUpperCase() === 'DATA'
      }
    })
    say('220 test')
  }
}

const ANSWERS: Readonly<Record<string, string>> = {
  EHLO: '250-test\r\n250 AUTH PLAIN',
  AUTH: '235 in',
  DATA: '354 go on',
  STAR: '502 no',
  QUIT: '221 bye',
}
