/**
 * A model server on loopback for tests and demos. It speaks both wire formats, answers from a
 * script, and refuses what the real APIs refuse, so that a request that passes here is one that
 * they would take.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../../kernel/index.ts';
import { createScript } from '../script.ts';
import { seededIds } from '../seeded-ids.ts';
import type {
  ModelAnswer,
  ModelServer,
  ModelServerOptions,
  ReceivedRequest,
  ServedRequest,
} from './contract.ts';
import { judge } from './judge.ts';
import { endOf, readArrival, respond } from './respond.ts';
import { planAnswer, planRefusal, type ResponsePlan } from './response-plan.ts';
import type { WireFormat } from './wire-format.ts';

const LOOPBACK = '127.0.0.1';
const REQUEST_BYTES_MAX = 32 * 1024 * 1024;

/**
 * Starts a scripted model server: `POST /v1/chat/completions` and `POST /v1/messages`, each plain
 * and streaming. It listens on 127.0.0.1 only, on a port that is free.
 * A request behind the end of the script, or an answer that throws, gets HTTP 500, and
 * `assertDone` tells of it.
 * @example
 * const server = await startModelServer({ answers: [{ text: 'Hello' }] });
 * // … let a client speak to server.url …
 * server.assertDone();
 * await server.close();
 */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const script = createScript('model server', options.answers);
  const ids = seededIds(0);
  const requests: ReceivedRequest[] = [];
  const request_bytes_max = options.request_bytes_max ?? REQUEST_BYTES_MAX;

  const answerTo = async (wire: WireFormat, served: ServedRequest): Promise<Reaction> => {
    try {
      const answer = await script.take(served);
      return { plan: planAnswer(wire, served, answer, ids), pace: answer.pace };
    } catch (thrown) {
      const message = messageOf(script.blame(thrown));
      return { plan: planRefusal(wire, wire.describeTrouble({ kind: 'script', message }), ids) };
    }
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const ended = endOf(response);
    const arrival = await readArrival(request, request_bytes_max);
    if (!arrival) return;
    const { wire, judgement } = judge(arrival, { ...options, request_bytes_max });
    requests.push({ ...arrival, body: arrival.body ?? '', ...judgement, ended });
    const { plan, pace } = judgement.served
      ? await answerTo(wire, judgement.served)
      : { plan: planRefusal(wire, judgement.refusal, ids), pace: undefined };
    await respond(response, plan, pace);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((thrown: unknown) => {
      script.blame(thrown);
      response.destroy();
    });
  });
  const { port } = await listen(server);
  return {
    url: `http://${LOOPBACK}:${port}`,
    requests,
    assertDone: script.assertDone,
    close: () => close(server),
  };
}

interface Reaction {
  readonly plan: ResponsePlan;
  readonly pace?: ModelAnswer['pace'];
}

async function listen(server: Server): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, LOOPBACK, resolve);
  });
  return server.address() as AddressInfo;
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
