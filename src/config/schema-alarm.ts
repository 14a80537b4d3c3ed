/** The part of the configuration that says who is told of what. docs/alarms.md has the reasons. */
import { z } from 'zod';

export const alarmSchema = z.strictObject({}).prefault({});
