// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Seen {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

export type Scripted =
  | { status?: number; headers?: Record<string, string>; body?: unknown; text?: string }
  | "reset" // the connection ends without an answer
  | "half" // … and in the middle of one
  | "silence"; // nothing, ever

/** A server on loopback that answers what it was told to, in order, and remembers what it was asked. */
export class FakeHub {
  readonly seen: Seen[] = [];
  readonly #answers: Scripted[] = [];
  #always: ((path: string) => Scripted) | undefined;
  readonly #server: Server;
  url = "";

  private constructor() {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const url = new URL(request.url!, "http://hub");
        this.seen.push({
          method: request.method!,
          path: url.pathname,
          query: url.searchParams,
          headers: request.headers,
          body: Buffer.concat(parts).toString(),
        });
        const answer = this.#answers.shift() ?? this.#always?.(url.pathname);
        if (answer === undefined) {
          response.writeHead(500).end('{"error":"the test did not expect this request"}');
        } else if (answer === "reset") {
          request.socket.destroy();
        } else if (answer === "half") {
          response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "1000" });
          response.write('{"data":', () => request.socket.destroy());
        } else if (answer !== "silence") {
          response.writeHead(answer.status ?? 200, {
            "Content-Type": "application/json",
            "X-Request-Id": "req-1",
            ...answer.headers,
          });
          response.end(answer.text ?? (answer.body === undefined ? "" : JSON.stringify(answer.body)));
        }
      });
    });
  }

  static async start(): Promise<FakeHub> {
    const hub = new FakeHub();
    await new Promise<void>((resolve) => hub.#server.listen(0, "127.0.0.1", resolve));
    hub.url = `http://127.0.0.1:${(hub.#server.address() as AddressInfo).port}`;
    return hub;
  }

  answer(...answers: Scripted[]): void {
    this.#answers.push(...answers);
  }

  /** What comes when nothing else was said. */
  answerAll(always: (path: string) => Scripted): void {
    this.#always = always;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
