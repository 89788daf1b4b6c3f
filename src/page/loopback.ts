/** Whether somebody is at this machine itself. */

/** @param address undefined where there is no socket, as of a request that is put in by hand */
export const isLoopback = (address: string | undefined): boolean =>
  address !== undefined && /^(127\.|::1$|::ffff:127\.)/.test(address)
