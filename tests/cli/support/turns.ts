/** The turns that a model of the starter workspace takes, over and over in these tests. */
import type { ModelTurn } from 'troupe/testing';

export const WRITES: ModelTurn = {
  intent: 'note_taking',
  assistant_message: 'I write that down.',
  tools: [{ name: 'notes:write', input: { name: 'printer', text: 'Repaired.' } }],
};

export const DELETES: ModelTurn = {
  intent: 'note_taking',
  assistant_message: 'That note can go.',
  tools: [{ name: 'notes:delete', input: { name: 'printer' } }],
};

export const REPLIES: ModelTurn = { intent: 'conversation', assistant_message: 'Done.' };

export const ENDS: ModelTurn = {
  intent: 'conversation',
  status: 'complete',
  assistant_message: 'Good-bye.',
};

export const GIVES_UP: ModelTurn = {
  intent: 'conversation',
  status: 'escalate',
  assistant_message: 'I cannot.',
};
