import { randomBytes } from 'node:crypto';

export type Part = { name: string; value: string } | { name: string; bytes: Buffer; fileName: string; mime: string };

/** A body of `multipart/form-data`. Source: RFC 7578; names escaped as in the HTML standard, "multipart/form-data encoding". */
export function multipart(parts: readonly Part[]): { contentType: string; body: Buffer } {
  const boundary = `----${randomBytes(16).toString('hex')}`;
  const chunks = parts.flatMap((part) => {
    const isFile = 'bytes' in part;
    const file = isFile ? `; filename="${escaped(part.fileName)}"\r\nContent-Type: ${part.mime}` : '';
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(part.name)}"${file}\r\n\r\n`;
    return [Buffer.from(head), isFile ? part.bytes : Buffer.from(part.value), Buffer.from('\r\n')];
  });
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

const escaped = (name: string): string => name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22');
