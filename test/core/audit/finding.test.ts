import { describe, expect, it } from 'vitest';
import { compareFindings, type Finding, type FindingKind, type Severity } from '../../../src/core/audit/finding.ts';

function finding(kind: FindingKind, severity: Severity, name = 'a', details: Finding['details'] = {}, id = '1'): Finding {
  return { id, name, username: null, kind, severity, message: '', details };
}

/** Each of them comes before those that follow it. */
function expectInOrder(findings: readonly Finding[]): void {
  for (const [at, one] of findings.entries()) {
    for (const later of findings.slice(at + 1)) {
      expect(Math.sign(compareFindings(one, later))).toBe(-1);
      expect(Math.sign(compareFindings(later, one))).toBe(1);
    }
  }
}

describe('findings', () => {
  it('come by how bad they are, then by what they are', () => {
    expectInOrder([
      finding('breached', 'critical'),
      finding('old', 'critical'),
      finding('weak', 'high'),
      finding('reused', 'high'),
      finding('weak', 'medium'),
      finding('http', 'medium'),
      finding('totp', 'medium'),
      finding('breached', 'low'),
      finding('totp', 'low'),
      finding('old', 'low'),
    ]);
  });

  it('of one kind come by the number behind them, the worst first', () => {
    expectInOrder([9, 2, 0].map((count) => finding('breached', 'critical', 'a', { count })));
    expectInOrder([1, 2.5, 7].map((guessesLog10) => finding('weak', 'high', 'a', { guessesLog10 })));
    expectInOrder([9, 2].map((others) => finding('reused', 'high', 'a', { group: 1, others })));
    expectInOrder([900, 400].map((days) => finding('old', 'low', 'a', { days, changedAt: null })));
    expectInOrder([finding('breached', 'critical', 'b', { count: 1 }), finding('breached', 'critical', 'a', { count: null })]);
    expectInOrder([finding('http', 'medium', 'b', { guessesLog10: -1 }), finding('http', 'medium', 'a', { guessesLog10: 'none' })]);
  });

  it('that are alike come by name, then by id', () => {
    expectInOrder([
      finding('http', 'medium', 'a', {}, '2'),
      finding('http', 'medium', 'b', {}, '1'),
      finding('http', 'medium', 'b', {}, '3'),
      finding('http', 'medium', 'c', {}, '0'),
    ]);
  });
});
