import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** The port, or a free one for 0, after trying that it can be listened on. @throws the error of `listen` */
export async function freePort(host: string, port: number): Promise<number> {
  const server = createServer();
  server.listen({ host, port, exclusive: true });
  await once(server, 'listening');
  const found = (server.address() as AddressInfo).port;
  server.close();
  await once(server, 'close');
  return found;
}
