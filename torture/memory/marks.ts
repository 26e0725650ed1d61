/** The texts that a search could find a secret by: as it is, in UTF-16, hexadecimal and base64, which depends on what stands before it. */
function traces(secret: Buffer): Buffer[] {
  const shifted = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before, 0x78), secret])
      .toString('base64')
      .slice(4, -4),
  );
  return [
    secret,
    Buffer.from(secret.toString('latin1'), 'utf16le'),
    Buffer.from(secret.toString('hex')),
    Buffer.from(secret.toString('hex').toUpperCase()),
    ...shifted.map((text) => Buffer.from(text)),
  ];
}

/** How often any of a secret's traces stands in these bytes. */
export function occurrences(bytes: Buffer, secret: Buffer): number {
  let found = 0;
  for (const trace of traces(secret)) {
    for (let at = bytes.indexOf(trace); at >= 0; at = bytes.indexOf(trace, at + 1)) found += 1;
  }
  return found;
}
