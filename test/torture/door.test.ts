import { trialsOf } from '../../torture/trials.ts';
import { tryShortly } from './short.ts';

tryShortly([...trialsOf.door, ...trialsOf.neighbours]);
