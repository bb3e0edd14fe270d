// SPDX-License-Identifier: Apache-2.0

let found: Promise<Crypto> | undefined;

/** WebCrypto, which Node 18 does not have as a global yet. */
export function webCrypto(): Promise<Crypto> {
  found ??= (async () => {
    const own = (globalThis as { crypto?: Crypto }).crypto;
    if (own) return own;
    // The name is put together so that bundlers for browsers, where this is never reached, do not look for it.
    const name = ["node", "crypto"].join(":");
    return ((await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as { webcrypto: Crypto }).webcrypto;
  })();
  return found;
}

/** A random UUID (version 4). `crypto.randomUUID` is missing in pages that were not loaded by https. */
export async function randomUuid(): Promise<string> {
  const bytes = (await webCrypto()).getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
