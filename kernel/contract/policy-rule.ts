/** A policy rule as data: what workspace.yaml and packs state. `compileRule` makes it decide. */
import { z } from 'zod';
import { chosenName } from './ids.ts';
import { policyEffect } from './policy.ts';

/** The name of a tool, or the beginning of one and a `*`. */
export const toolPattern = z.string().regex(/^(?:\*|[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}\*?)$/, {
  error: 'expected the name of a tool, or the beginning of one and a *',
});

const text = z.string().trim().min(1);
const glob = z.string().min(1).max(1024);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const tools = z.array(toolPattern).min(1);

/** RFC 6901. */
export const pointer = z.string().regex(/^(?:\/(?:[^~/]|~[01])*)*$/, {
  error: 'expected a JSON Pointer: empty, or segments that each start with /',
});

/** The whole input is an object, which no test is about and no rule replaces. */
const argumentPointer = pointer.min(1, { error: 'expected a JSON Pointer to an argument' });

/** One test of an argument. Where a pointer holds `*`, one value that passes is enough. */
export const argumentCondition = z
  .strictObject({
    pointer: argumentPointer.meta({
      description: 'JSON Pointer into the input; the segment `*` stands for every item.',
      examples: ['/to', '/recipients/*'],
    }),
    exists: z.boolean().optional().meta({ description: 'Whether the value is there at all.' }),
    equals: scalar.optional().meta({ description: 'The value is this one.' }),
    not_equals: scalar.optional().meta({ description: 'The value is any other, or absent.' }),
    in: z.array(scalar).min(1).optional().meta({ description: 'The value is one of these.' }),
    not_in: z.array(scalar).min(1).optional().meta({
      description: 'The value is none of these, or absent.',
    }),
    matches: glob.optional().meta({
      description: 'The text matches this glob; `*` stops at `/`, `**` does not.',
      examples: ['*@example.com'],
    }),
    not_matches: glob.optional().meta({
      description: 'The value is no text that matches this glob, or absent.',
    }),
    at_least: z.number().optional().meta({ description: 'The number is this or more.' }),
    at_most: z.number().optional().meta({ description: 'The number is this or less.' }),
  })
  .refine((condition) => Object.keys(condition).length > 1, {
    error: 'expected a test beside the pointer: equals, in, matches, at_least, exists …',
  });
export type ArgumentCondition = z.infer<typeof argumentCondition>;

/** Calls of the same session that were started before. */
export const callPattern = z.strictObject({
  tools: tools.meta({ description: 'Tools that were called.', examples: [['files:read']] }),
  arguments: z.array(argumentCondition).default([]).meta({
    description: 'Tests that the input of the call passed, all of them.',
  }),
});
export type CallPattern = z.infer<typeof callPattern>;

const when = z.strictObject({
  intents: z
    .array(text)
    .min(1)
    .optional()
    .meta({
      description: 'Intents under which the rule speaks.',
      examples: [['scheduling']],
    }),
  lanes: z.array(text).min(1).optional().meta({ description: 'Lanes in which it speaks.' }),
  tasks: z.array(glob).min(1).optional().meta({
    description: 'Globs of the task ids for which it speaks.',
  }),
  origin: z.enum(['session', 'host']).optional().meta({
    description: 'Whether a model asked for the call, or a host made it.',
  }),
  arguments: z
    .array(argumentCondition)
    .default([])
    .meta({
      description: 'Tests of the input, all of which have to pass.',
      examples: [[{ pointer: '/to', not_matches: '*@example.com' }]],
    }),
  after: z
    .array(callPattern)
    .default([])
    .meta({
      description: 'Calls that the session has started before, every one of them.',
      examples: [[{ tools: ['files:read'], arguments: [{ pointer: '/file', matches: 'hr/**' }] }]],
    }),
  unless_after: z.array(callPattern).default([]).meta({
    description: 'Calls none of which the session has started before.',
  }),
});

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

/** What an approval that a rule asks for has to be like. */
export const approvalTerms = z.strictObject({
  expires_in_ms: z.int().min(1).max(YEAR_MS).optional().meta({
    description: 'Milliseconds until it expires; the shortest of the rules that ask counts.',
  }),
  approvers: z
    .array(text)
    .min(1)
    .optional()
    .meta({
      description: 'Who may decide; with several rules, whom all of them name.',
      examples: [['anna', 'ben']],
    }),
  quorum: z.int().min(1).max(16).optional().meta({
    description: 'How many different people have to approve; one denial ends it. Default 1.',
  }),
  distinct: z.boolean().optional().meta({
    description: 'Whether who started the session may not decide on its calls.',
  }),
});
export type ApprovalTerms = z.infer<typeof approvalTerms>;

/** One change of an argument. */
export const modification = z.strictObject({
  pointer: argumentPointer.meta({ description: 'Which argument; its parent has to be there.' }),
  value: z.unknown().meta({ description: 'What it is set to. Absent: it is taken out.' }),
});
export type Modification = z.infer<typeof modification>;

export const ruleDefinition = z
  .strictObject({
    id: chosenName.meta({
      description: 'Name of the rule, as decisions cite it.',
      examples: ['no-deletes'],
    }),
    decision: policyEffect.meta({
      description:
        'What the rule decides: deny beats defer beats approval_required beats modify beats allow.',
      examples: ['deny'],
    }),
    tools: tools.meta({
      description: 'Tools that the rule speaks of; a `*` at the end stands for any ending.',
      examples: [['calendar:delete-*']],
    }),
    when: when.optional().meta({
      description: 'Conditions, all of which have to hold. Absent: the rule always speaks.',
    }),
    reason: text.optional().meta({ description: 'Why the rule exists, for whoever is refused.' }),
    mode: z.enum(['enforce', 'shadow']).default('enforce').meta({
      description: '`shadow` writes down what the rule would have decided, and decides nothing.',
    }),
    approval: approvalTerms.optional().meta({
      description: 'Terms of the approval; with decision approval_required or defer.',
    }),
    modify: z
      .array(modification)
      .min(1)
      .optional()
      .meta({
        description: 'Changes of the input; with decision modify.',
        examples: [[{ pointer: '/limit', value: 10 }]],
      }),
  })
  .superRefine((rule, context) => {
    const asks = rule.decision === 'approval_required' || rule.decision === 'defer';
    if (rule.approval && !asks) {
      context.addIssue({
        code: 'custom',
        path: ['approval'],
        message: 'goes with decision approval_required or defer, and with no other',
      });
    }
    if ((rule.decision === 'modify') !== (rule.modify !== undefined)) {
      context.addIssue({
        code: 'custom',
        path: ['modify'],
        message: 'goes with decision modify, and decision modify goes with it',
      });
    }
  });
/** A rule after parsing, defaults filled in. */
export type RuleDefinition = z.infer<typeof ruleDefinition>;
