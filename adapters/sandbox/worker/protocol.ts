/**
 * What goes over the channel between the kernel's side and the process of a tool: one JSON value a
 * line. The worker stands alone in its sandbox, so that this file imports nothing.
 */

/** To the worker, when it has `started`: `load` first, one `call`, and perhaps an `abort`. */
export type ToWorker =
  | { readonly type: 'load'; readonly module: string; readonly export?: string | undefined }
  | {
      readonly type: 'call';
      readonly input: unknown;
      /** What the tool is given beside its input, as far as it is plain data. */
      readonly run: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'abort'; readonly message: string };

/** From the worker. Nothing of it is believed before its shape was checked. */
export type FromWorker =
  | { readonly type: 'started' }
  | { readonly type: 'ready' }
  | { readonly type: 'unloadable'; readonly message: string }
  | { readonly type: 'progress'; readonly data?: unknown }
  | { readonly type: 'answer'; readonly value?: unknown }
  | { readonly type: 'failed'; readonly message: string };

/** File descriptor of the channel in the worker. */
export const CHANNEL_FD = 3;

/** Where a worker without a network of its own finds the one that is filtered for it. */
export const NETWORK_SOCKET = '/run/troupe/network.sock';

/** Port, on the loopback of its sandbox, at which the worker passes connections on to it. */
export const PROXY_PORT = 3128;

/** Brings a message into the form that goes over the channel. */
export function lineOf(message: ToWorker | FromWorker): string {
  return `${JSON.stringify(message)}\n`;
}

/** Reads a line that the kernel's side wrote. @throws SyntaxError */
export function readOrder(line: string): ToWorker {
  return JSON.parse(line) as ToWorker;
}
