// SPDX-License-Identifier: Apache-2.0
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const binary = process.env["CROSSDOCK_BINARY"] ?? "";
/** Why the tests with the real program are skipped, or false. */
export const missing = binary === "" ? "CROSSDOCK_BINARY does not name the program" : false;

const patienceMs = 60_000;

/** Waits until something holds. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${patienceMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The real program in a folder of its own; both are gone after `stop`. */
export class Running {
  readonly folder = mkdtempSync(join(tmpdir(), "crossdock-sdk-"));
  readonly #process: ChildProcess;
  #out = "";
  #log = "";
  #over = false;

  constructor(args: readonly string[], config?: string) {
    if (config !== undefined) writeFileSync(join(this.folder, "crossdock.toml"), config);
    this.#process = spawn(binary, args, { cwd: this.folder, stdio: ["ignore", "pipe", "pipe"] });
    this.#process.stdout!.on("data", (part: Buffer) => (this.#out += part.toString()));
    this.#process.stderr!.on("data", (part: Buffer) => (this.#log += part.toString()));
    this.#process.on("close", () => (this.#over = true));
  }

  /** The first match in what it printed or logged. */
  said(pattern: RegExp): Promise<RegExpMatchArray> {
    return eventually(`${String(pattern)} from the program`, async () => {
      const found = this.#out.match(pattern) ?? this.#log.match(pattern);
      if (!found && this.#over) throw new Error(`the program ended: ${this.#log}`);
      return found ?? undefined;
    });
  }

  /** A command beside it, with the same config file. Its answer in JSON. */
  async command<T>(...args: string[]): Promise<T> {
    // Not one that blocks: a command may wait for a receiver in this very process.
    const { stdout } = await promisify(execFile)(binary, [...args, "--json"], { cwd: this.folder });
    return JSON.parse(stdout) as T;
  }

  async stop(): Promise<void> {
    if (!this.#over) {
      const closed = new Promise((resolve) => this.#process.on("close", resolve));
      this.#process.kill("SIGTERM");
      await closed;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
