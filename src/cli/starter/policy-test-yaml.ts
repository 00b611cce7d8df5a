/** The policy.test.yaml that `troupe init` writes; a test holds that all of it is as expected. */

export const POLICY_TEST_YAML = `\
# What the rules of workspace.yaml are expected to decide. Run it with: troupe policy test
cases:
  - name: a note may be written without asking
    tool: notes:write
    input: { name: printer, text: Repaired. }
    intent: note_taking
    expect: allow

  - name: a person is asked before a note is deleted
    tool: notes:delete
    intent: note_taking
    expect: approval_required

  - name: nothing is written in mere conversation
    tool: notes:write
    intent: conversation
    expect: deny
`;
