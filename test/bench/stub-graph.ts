import { createServer } from 'node:net';

/** A request whose body came in one piece with its head or in several; null while something is missing. */
function readRequest(bytes: Buffer): { path: string; body: string; end: number } | null {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return null;
  const lines = bytes.toString('latin1', 0, head);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(lines)?.[1] ?? 0);
  const end = head + 4 + length;
  if (bytes.length < end) return null;
  return { path: lines.split(' ', 2)[1] ?? '', body: bytes.toString('utf8', head + 4, end), end };
}

export type StubGraph = { port: number; sends(): number };

/**
 * The Send API as far as a bench needs it, straight over TCP: it shares its core with the driver, and what it costs is
 * not what is measured.
 */
export function startStubGraph(onSend: (user: string, message: object) => void): Promise<StubGraph> {
  let sends = 0;
  const answer = (path: string, body: string): string => {
    if (!path.split('?', 1)[0]?.endsWith('/messages')) return '{"success":true}';
    const sent = JSON.parse(body) as { recipient: { id: string }; message?: object };
    if (!sent.message) return `{"recipient_id":"${sent.recipient.id}"}`;
    sends++;
    onSend(sent.recipient.id, sent.message);
    return `{"recipient_id":"${sent.recipient.id}","message_id":"m_stub_${sends}"}`;
  };
  const server = createServer({ noDelay: true }, (socket) => {
    let rest: Buffer | null = null;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      let bytes: Buffer = rest ? Buffer.concat([rest, chunk]) : chunk;
      for (let request = readRequest(bytes); request; request = readRequest(bytes)) {
        const json = answer(request.path, request.body);
        socket.write(
          `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`,
        );
        bytes = bytes.subarray(request.end);
      }
      rest = bytes.length > 0 ? Buffer.from(bytes) : null;
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('no port'));
      resolve({ port: address.port, sends: () => sends });
    });
  });
}
