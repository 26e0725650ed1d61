import { expect, it } from 'vitest';
import { urlOf } from '../../src/core/url.ts';

it('a text is a URL or none, however often that was asked before', () => {
  for (let i = 0; i < 50_000; i++) {
    if (urlOf('https://münchen.de/')?.hostname !== 'xn--mnchen-3ya.de') throw new Error(`not the ${String(i)}th time`);
  }
  expect(urlOf('münchen.de')).toBeNull();
});
