import { describe, expect, it } from 'vitest';
import { fromIso, fromMilliseconds, fromSeconds } from '../../../src/core/formats/times.ts';

const whole = (text: string) => `${text}.000Z`;

function inNewYork(body: () => void): void {
  const { TZ: zone } = process.env;
  process.env['TZ'] = 'America/New_York';
  try {
    body();
  } finally {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  }
}

describe('a time of another program', () => {
  it.each([
    ['2020-01-02', whole('2020-01-02T00:00:00')],
    ['2020-01-02T03:04:05', whole('2020-01-02T03:04:05')],
    ['2020-01-02 03:04:05', whole('2020-01-02T03:04:05')],
    ['2020-01-02T03:04:05z', whole('2020-01-02T03:04:05')],
    ['2020-01-02T03:04:05.678Z', '2020-01-02T03:04:05.678Z'],
    ['2020-01-02T03:04:05+01:00', whole('2020-01-02T02:04:05')],
    ['2020-01-02T03:04:05-0130', whole('2020-01-02T04:34:05')],
    ['0001-01-01T00:00:00Z', whole('0001-01-01T00:00:00')],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('is read where it is written as %s', (text, time) => {
    expect(fromIso(text)).toBe(time);
  });

  it('is in UTC where it names no zone, wherever the machine is', () => {
    inNewYork(() => {
      expect(new Date(2020, 0, 2).toISOString()).toBe(whole('2020-01-02T05:00:00'));
      for (const text of ['2020-01-02', '2020-01-02T00:00', '2020-01-02 00:00:00', '2020-01-02T00:00:00', '2020-01-02 00:00:00 (Z)']) {
        expect([text, fromIso(text)]).toEqual([text, whole('2020-01-02T00:00:00')]);
      }
      expect(fromIso('2020-01-02T00:00:00+01:00')).toBe(whole('2020-01-01T23:00:00'));
    });
  });

  it.each([null, '', 'never', ' 2020-01-02', '2020-1-2', '2020-13-02', '0000-12-31T23:59:59Z', '1970-01-01T00:00:00Z'])(
    'is none where it is written as %j',
    (text) => {
      expect(fromIso(text)).toBeNull();
    },
  );

  it('is counted in milliseconds, or in seconds where those cannot be meant', () => {
    expect([fromMilliseconds(1), fromMilliseconds(-1)]).toEqual(['1970-01-01T00:00:00.001Z', '1969-12-31T23:59:59.999Z']);
    expect([fromSeconds(1), fromSeconds(-1)]).toEqual([whole('1970-01-01T00:00:01'), whole('1969-12-31T23:59:59')]);
    expect(fromSeconds(1e11)).toBe(whole('5138-11-16T09:46:40'));
    expect([fromSeconds(1e11 + 1), fromSeconds(-1e11 - 1)]).toEqual(['1973-03-03T09:46:40.001Z', '1966-10-31T14:13:19.999Z']);
  });

  it('is none where it is zero, no number, or in no year of four digits', () => {
    const [earliest, latest] = [-62_135_596_800_000, Date.UTC(9999, 11, 31, 23, 59, 59, 999)];
    for (const ms of [null, 0, NaN, Infinity, latest + 1, earliest - 1, -Infinity]) expect(fromMilliseconds(ms)).toBeNull();
    expect([fromMilliseconds(latest), fromMilliseconds(earliest)]).toEqual(['9999-12-31T23:59:59.999Z', whole('0001-01-01T00:00:00')]);
    expect([fromSeconds(null), fromSeconds(0)]).toEqual([null, null]);
  });
});
