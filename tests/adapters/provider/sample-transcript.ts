/** A transcript with everything that occurs, in an order that only a repaired one survives. */
import type { Message } from '../../../kernel/index.ts';

const call = (tool_call_id: string, title: string) => ({
  tool_call_id,
  name: 'calendar:create-event',
  input: { title },
});
const result = (tool_call_id: string, content: string): Message => ({
  role: 'tool',
  tool_name: 'calendar:create-event',
  tool_call_id,
  content,
});

export const TRANSCRIPT: readonly Message[] = [
  { role: 'system', content: 'Task context:\nPlan the week' },
  { role: 'user', content: 'Plan my week' },
  {
    role: 'assistant',
    content: 'Two events.',
    intent: 'scheduling',
    tool_calls: [call('agent-runtime-tool-call-1', 'A'), call('agent-runtime-tool-call-2', 'B')],
  },
  { role: 'user', content: 'And mail Ann' },
  result('agent-runtime-tool-call-1', '{"success":true,"data":null}'),
  { role: 'system', content: 'Additional context:\nAnn is away' },
  {
    role: 'tool',
    tool_name: 'kernel:approval',
    tool_call_id: 'approval:0f8fad5b-d9cb-469f-a165-70867728950e/1',
    content: '{"approval":{"approved":true}}',
  },
  { role: 'assistant', content: 'Mailed.', intent: 'notifications' },
];
