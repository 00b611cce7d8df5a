/** The behavioural cases of the earlier system, 6.1 to 6.3, and the tests that hold them here. */

export interface Case {
  /** What the case is about. */
  readonly says: string;
  /** The tests that hold it, by file below `tests`. */
  readonly held?: readonly (readonly [file: string, title: string])[];
  /** What of it is not held yet: the issue that brings it, and why. */
  readonly later?: string;
}

const CAPABILITIES = 'config/capability-factory.test.ts';
const INTENTS = 'kernel/intent-rules.test.ts';
const LOOP = 'verbs/loop.test.ts';
const SESSIONS = 'verbs/sessions.test.ts';
const WORKFLOWS = 'verbs/workflow.test.ts';
const SEEDS = 'contract/seeds.test.ts';
const SOURCES = 'contract/policy-sources.test.ts';
const HOST_CALLS = 'contract/kernel.test.ts';
const PACKS = 'packs/packs.test.ts';
const PROVIDER = 'adapters/provider';
const EVALUATE = 'kernel/policy-evaluate.test.ts';
const HOSTS = 'attacks/provider-hosts.test.ts';
const CONDITIONS = 'kernel/policy-conditions.test.ts';

const BUILT_IN = 'issue 3: the pack is built in, and there is no manifest file of it to compare';
const TASKS = 'issue 5: there are no tasks yet, whose events and completion these are';

const PACK_CASES: Readonly<Record<string, Case>> = {
  C1: {
    says: 'a model profile brings its variables and its host',
    held: [[CAPABILITIES, 'C1: variables and the host, without the path of the URL']],
  },
  C2: { says: 'another tool gets nothing', held: [[CAPABILITIES, 'C2: another tool']] },
  M1: {
    says: 'the identity of the pack',
    held: [[SEEDS, 'takes a turn, calls the tool with the intent, and feeds the result back']],
    later: 'issue 3: its pin and its section are taken; factories and task types are not told',
  },
  M2: {
    says: 'one tool, with its permission, variables and hosts',
    held: [
      [SOURCES, 'M2 there is one turn tool, with its permission and variables'],
      [HOSTS, 'a receipt says which hosts were in force'],
    ],
  },
  M3: { says: 'the manifest file says the same', later: BUILT_IN },
  P1: { says: 'without intents there are no rules', held: [[INTENTS, 'P1 %s gives no rules']] },
  P2: {
    says: 'an intent allows its tools and no others',
    held: [
      [INTENTS, 'P2 an allowed tool'],
      [INTENTS, 'P2 another tool'],
      [INTENTS, 'P2 the turn tool'],
    ],
  },
  P3: { says: 'approval is the stricter list', held: [[INTENTS, 'P3 a tool in both lists']] },
  O1: {
    says: 'a denial goes back to the model',
    held: [[LOOP, 'O1 feeds a denied tool back to the model and goes on']],
  },
  O2: {
    says: 'the loop stops for an approval',
    held: [[LOOP, 'O2 stops at a call that requires approval']],
  },
  O3: {
    says: 'the messages that hosts build, to the byte',
    held: [[LOOP, 'O3 builds host context and approval messages to the byte']],
  },
  O4: {
    says: 'the catalog of governed tools',
    held: [[LOOP, 'O4 makes a catalog of what is governed, without the turn tool']],
  },
  R1: {
    says: 'suspended after its budget, and resumed',
    held: [[SESSIONS, 'R1 suspends after its budget and goes on in the next invocation']],
  },
  R2: {
    says: 'paused for an approval, and resumed with the message about it',
    held: [[SESSIONS, 'R2 goes on after an approval with the message about it']],
  },
  W1: {
    says: 'branches and their join, in order',
    held: [[WORKFLOWS, 'W1 runs branches and their join in order']],
  },
  W2: {
    says: 'a node runs at its wake time',
    held: [[WORKFLOWS, 'W2 waits for %s and runs at that instant']],
  },
  S1: {
    says: 'a saved state is loaded equal',
    held: [[SESSIONS, 'S1 saves a state file as it is given and loads it equal']],
  },
};

const KERNEL_CASES: Readonly<Record<string, Case>> = {
  K1: { says: 'the manifest file is the manifest in code', later: BUILT_IN },
  K2: {
    says: 'a pack is loaded under the hash that it was pinned with',
    held: [
      [PACKS, 'is found by its hash, wherever it lies'],
      [PACKS, 'altered after it was pinned'],
    ],
  },
  T1: { says: 'a role that is none', held: [[SEEDS, 'T1 a role that is none']] },
  T2: {
    says: 'one request, and its answer mapped',
    held: [
      [
        `${PROVIDER}/openai-requests.test.ts`,
        'T2 one POST with the bearer key; the fields are mapped',
      ],
    ],
  },
  T3: {
    says: 'a stream gives the same turn, and snapshots',
    held: [
      [
        `${PROVIDER}/stream.test.ts`,
        'T3 three content deltas: two partial snapshots and a final one',
      ],
    ],
  },
  T4: { says: 'too many bytes', held: [[SEEDS, 'T4 max_input_bytes']] },
  T5: { says: 'too many turns', held: [[SEEDS, 'T5 turns']] },
  T6: { says: 'too many calls refuse the next turn', held: [[SEEDS, 'T6 tool calls']] },
  T7: {
    says: 'an answer without a valid intent',
    held: [
      [`${PROVIDER}/normalize.test.ts`, 'T7 content {"intent":42} is malformed after one call'],
    ],
  },
  T8: {
    says: 'a profile of the configuration chooses the wire format and the credential',
    held: [
      [
        `${PROVIDER}/transcripts.test.ts`,
        'T8 messages_compatible: text envelope, end_turn, usage without a total',
      ],
      [SEEDS, 'the default model is used where a session names no profile'],
    ],
  },
  T9: {
    says: 'the conformance harness',
    held: [
      [
        `${PROVIDER}/conformance.test.ts`,
        'T9 four scenarios, all passed, for the first wire format',
      ],
    ],
  },
  T10: {
    says: 'text and a tool block are a tool request',
    held: [
      [
        `${PROVIDER}/transcripts.test.ts`,
        'T10 messages_compatible: text envelope and a tool_use block are a tool request',
      ],
    ],
  },
};

const POLICY_CASES: Readonly<Record<string, Case>> = {
  Q1: { says: 'a lane denies for a task', held: [[EVALUATE, 'Q1 lane deny beats task allow']] },
  Q2: {
    says: 'loosening without opt-in is refused and told',
    held: [
      [EVALUATE, 'Q2 a default deny holds against an allow without opt-in'],
      [EVALUATE, 'Q2 the warning says loosening'],
    ],
  },
  Q3: { says: 'loosening with opt-in', held: [[EVALUATE, 'Q3 and gives way with it']] },
  Q4: {
    says: 'an opt-in is not for rules above',
    held: [[EVALUATE, 'Q4 an opt-in never overrides an upstream deny rule']],
  },
  Q5: { says: 'all four triggers', held: [[CONDITIONS, 'Q5 rules of %s are evaluated']] },
  Q6: {
    says: 'one warning for a conflict of defaults',
    held: [
      [EVALUATE, 'Q6 a default conflict'],
      [EVALUATE, 'Q6 the warning names the layer of a refused default'],
    ],
  },
  Q7: {
    says: 'one warning for a conflict of rules',
    held: [[EVALUATE, 'Q7 the warning names the rule and the layer']],
  },
  Q8: {
    says: 'what the record of an approval carries',
    held: [[EVALUATE, 'Q8 an approval record carries its run and its expiry']],
    later: 'issue 5: an approval is for one call, so it has no scope; tasks and lanes bring one',
  },
  Q9: { says: 'a rule asks for approval', held: [[EVALUATE, 'Q9 an approval rule']] },
  Q10: { says: 'asking beats allowing', held: [[EVALUATE, 'Q10 approval_required beats allow']] },
  Q11: { says: 'denying beats asking', held: [[EVALUATE, 'Q11 deny beats approval_required']] },
  Q12: {
    says: 'conditions see arguments',
    held: [
      [CONDITIONS, 'Q12 an argument that matches'],
      [CONDITIONS, 'Q12 an argument that does not'],
    ],
  },
  Q13: { says: 'no arguments match nothing', held: [[CONDITIONS, 'Q13 no arguments']] },
  Q14: {
    says: 'a decision may ask for approval',
    held: [[EVALUATE, 'Q14 a decision may be approval_required']],
  },
  Q15: {
    says: 'a rule of a layer reaches a call',
    held: [[SOURCES, 'Q15 a rule of a layer asks for approval, and the message says so']],
  },
  Q16: {
    says: 'a policy of a manifest reaches a call',
    held: [[SOURCES, 'Q16 a policy of a manifest asks for approval of the tools of its pack']],
  },
  Q17: {
    says: 'the intent of a call reaches conditions',
    held: [[SOURCES, 'Q17 the intent of a call reaches the condition: %s']],
  },
  Q18: {
    says: 'an approval is told, and the call runs',
    held: [[HOST_CALLS, 'Q18 after an approval the same call runs, once']],
    later: TASKS,
  },
  Q19: {
    says: 'a refusal is told, and the call does not run',
    held: [[HOST_CALLS, 'Q19 a declined call does not run']],
  },
  Q20: {
    says: 'the policy of the pack uses the configuration',
    held: [[SOURCES, 'Q20 the intents of the configuration ask for approval']],
  },
  Q21: {
    says: 'a decision that is none keeps the runtime from starting',
    held: [
      ['kernel/policy-rules.test.ts', 'Q21 an invalid decision names policy_factory and decision'],
      [SOURCES, 'Q21 a decision that is none keeps the runtime from starting'],
    ],
  },
  Q22: { says: 'policies of completion', later: TASKS },
};

export const CASES: Readonly<Record<string, Case>> = {
  ...PACK_CASES,
  ...KERNEL_CASES,
  ...POLICY_CASES,
};
