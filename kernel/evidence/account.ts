/** A ledger as it is written down, for the entries behind those that are no longer there. */
import type { ChainAccount, StandingGrant } from '../contract/index.ts';
import type { Gate, Ledger, Try } from './ledger.ts';

/** Writes down how far a ledger has come. */
export function accountOf({ tries, gates, gated, grants }: Ledger): ChainAccount {
  return {
    tries: [...tries].map(([effect_id, { isRepeatable, ...tried }]) => ({
      ...{ ...tried, effect_id, is_repeatable: isRepeatable },
    })),
    gates: [...gates.values()].map(writtenGate),
    gated: [...gated].map(([effect_id, digest]) => ({ effect_id, digest })),
    ...(grants.size > 0 && { grants: [...grants.values()] }),
  };
}

/** Opens a ledger where an account ends. */
export function ledgerOf({ tries, gates, gated, grants = [] }: ChainAccount): Ledger {
  return {
    tries: new Map(
      tries.map(({ effect_id, is_repeatable, ...tried }): [string, Try] => [
        effect_id,
        { ...tried, isRepeatable: is_repeatable },
      ]),
    ),
    gates: new Map(gates.map((gate): [string, Gate] => [gate.request_id, readGate(gate)])),
    gated: new Map(gated.map(({ effect_id, digest }): [string, string] => [effect_id, digest])),
    grants: new Map(grants.map((grant): [string, StandingGrant] => [grant.request_id, grant])),
  };
}

type WrittenGate = ChainAccount['gates'][number];

function writtenGate({ request, status, voters, usedBy }: Gate): WrittenGate {
  const { request_id, effect_id, digest, input_hash, expires_at, terms, requested_by } = request;
  return {
    ...{ request_id, effect_id, digest, input_hash, expires_at, status },
    ...(terms && { terms }),
    ...(requested_by !== undefined && { requested_by }),
    ...(voters && { voters: [...voters] }),
    ...(usedBy !== undefined && { used_by: usedBy }),
  };
}

function readGate({ status, voters, used_by, ...request }: WrittenGate): Gate {
  return {
    ...{ request, status },
    ...(voters && { voters }),
    ...(used_by !== undefined && { usedBy: used_by }),
  };
}
